// Offsets: include/grub/i386/pc/boot.h of the GRUB source (GRUB_BOOT_MACHINE_*), and struct
// grub_pc_bios_boot_blocklist in include/grub/offsets.h.
#include "disk/bios_boot.hpp"

#include "base/error.hpp"
#include "base/units.hpp"
#include "disk/gpt.hpp"
#include "disk/little_endian.hpp"

namespace kiln::disk {
namespace {

constexpr std::size_t kMbrCodeBytes = 440;     // then disk signature and partition entries
constexpr std::size_t kKernelSector = 0x5c;    // 8 bytes: where core.img begins
constexpr std::size_t kBootDrive = 0x64;       // 0xff: the drive that the BIOS names
constexpr std::size_t kDriveCheck = 0x66;      // 2 bytes: a jump over the check of that name
constexpr std::size_t kBlockList = 0x1f4;      // start (8), sectors (2), segment (2)
constexpr std::uint64_t kRestSegment = 0x820;  // 0x800 is where the first sector is loaded
constexpr std::uint64_t kTwoNops = 0x9090;
constexpr std::size_t kMostSectors = 0xffff;

bool ends_with_boot_signature(const std::string& sector) {
    return sector[510] == '\x55' && sector[511] == '\xaa';
}

}  // namespace

BiosBootSectors prepare_bios_boot(
    const BiosBoot& boot, std::int64_t partition_offset_bytes, std::int64_t partition_size_bytes
) {
    if (boot.boot_image.size() != kSectorBytes || !ends_with_boot_signature(boot.boot_image)) {
        throw Error(ErrorKind::input, "GRUB's boot.img is not a boot sector");
    }
    const auto core_bytes = static_cast<std::int64_t>(boot.core_image.size());
    if (core_bytes <= kSectorBytes) {
        throw Error(ErrorKind::input, "GRUB's core.img is too short");
    }
    if (core_bytes > partition_size_bytes) {
        throw Error(
            ErrorKind::input,
            "GRUB's core.img of " + format_bytes(core_bytes) +
                " does not fit the BIOS boot partition of " + format_bytes(partition_size_bytes)
        );
    }
    const auto first = static_cast<std::uint64_t>(partition_offset_bytes / kSectorBytes);

    std::string mbr = boot.boot_image.substr(0, kMbrCodeBytes);
    put_little_endian(mbr, kKernelSector, first, 8);
    put_little_endian(mbr, kBootDrive, 0xff, 1);
    // Some BIOSes name drive 0 when they boot from 0x80; with the jump gone GRUB corrects that.
    put_little_endian(mbr, kDriveCheck, kTwoNops, 2);

    std::string core = boot.core_image;
    core.resize(static_cast<std::size_t>(round_up(core_bytes, kSectorBytes)), '\0');
    const std::size_t rest = core.size() / kSectorBytes - 1;
    if (rest > kMostSectors) {
        throw Error(ErrorKind::input, "GRUB's core.img is too long for one block list");
    }
    put_little_endian(core, kBlockList, first + 1, 8);
    put_little_endian(core, kBlockList + 8, rest, 2);
    put_little_endian(core, kBlockList + 10, kRestSegment, 2);
    return {.mbr_code = std::move(mbr), .boot_partition = std::move(core)};
}

}  // namespace kiln::disk
