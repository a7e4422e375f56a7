// Formats: UEFI Specification 2.10, chapter 5 (GPT); ext4, XFS and Btrfs superblocks as in Linux's
// fs/ext4/ext4.h, fs/xfs/libxfs/xfs_format.h and include/uapi/linux/btrfs_tree.h; Microsoft,
// "FAT32 File System Specification"; LVM2 and LUKS by the magic numbers that libblkid knows.

#include "contents/volumes.hpp"

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/strings.hpp"
#include "base/units.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <optional>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>
#include <zlib.h>

namespace kiln::contents {
namespace {

constexpr std::size_t kSector = 512;
constexpr std::size_t kHeaderBytes = 92;
constexpr std::size_t kMostTableBytes = std::size_t{16} << 20;

/// Bytes of a structure; what lies behind its end reads as zeros.
class Fields {
public:
    explicit Fields(std::string bytes) : bytes_(std::move(bytes)) {}

    std::uint64_t little(std::size_t at, std::size_t size) const {
        std::uint64_t value = 0;
        for (std::size_t i = size; i-- > 0;) {
            value = value << 8U | byte(at + i);
        }
        return value;
    }
    std::uint64_t big(std::size_t at, std::size_t size) const {
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < size; ++i) {
            value = value << 8U | byte(at + i);
        }
        return value;
    }
    std::string text(std::size_t at, std::size_t size) const {
        std::string text = at < bytes_.size() ? bytes_.substr(at, size) : "";
        return text.substr(0, text.find('\0'));
    }
    bool has(std::size_t at, std::string_view magic) const {
        return bytes_.size() >= at + magic.size() && bytes_.compare(at, magic.size(), magic) == 0;
    }
    /// In the order of the bytes.
    std::string uuid(std::size_t at) const {
        std::string text = to_hex(at + 16 <= bytes_.size() ? bytes_.substr(at, 16) : "");
        for (const std::size_t dash : {8U, 13U, 18U, 23U}) {
            if (text.size() >= dash) {
                text.insert(dash, 1, '-');
            }
        }
        return text;
    }
    /// As GPT has them: the first three parts with the lowest byte first.
    std::string guid(std::size_t at) const {
        return fmt::format(
            "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
            little(at, 4),
            little(at + 4, 2),
            little(at + 6, 2),
            big(at + 8, 2),
            big(at + 10, 6)
        );
    }
    const std::string& bytes() const { return bytes_; }

private:
    std::uint8_t byte(std::size_t at) const {
        return at < bytes_.size() ? static_cast<std::uint8_t>(bytes_[at]) : 0;
    }

    std::string bytes_;
};

std::uint32_t checksum(std::string_view bytes) {
    return static_cast<std::uint32_t>(
        crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size()))
    );
}

/// The Latin letters of a name in UTF-16, which is all that tools write.
std::string label_of(const Fields& fields, std::size_t at) {
    constexpr std::size_t kMostLetters = 36;
    std::string label;
    for (std::size_t i = 0; i < kMostLetters; ++i) {
        const std::uint64_t letter = fields.little(at + 2 * i, 2);
        if (letter == 0) {
            break;
        }
        label += letter < 0x80 ? static_cast<char>(letter) : '?';
    }
    return label;
}

/// The partitions of the GPT whose header is at `header_at`; nothing when there is none.
std::optional<std::vector<Volume>> read_gpt(
    const disk::DiskFile& disk, std::int64_t header_at, std::int64_t sector
) {
    std::string header_bytes = disk.read(header_at, kHeaderBytes);
    const Fields header(header_bytes);
    if (!header.has(0, "EFI PART") || header.little(12, 4) != kHeaderBytes) {
        return std::nullopt;
    }
    std::fill_n(header_bytes.begin() + 16, 4, '\0');
    if (checksum(header_bytes) != header.little(16, 4)) {
        return std::nullopt;
    }
    const auto table_at = static_cast<std::int64_t>(header.little(72, 8)) * sector;
    const std::size_t count = header.little(80, 4);
    const std::size_t size = header.little(84, 4);
    if (size < 128 || count * size > kMostTableBytes) {
        return std::nullopt;
    }
    const Fields table(disk.read(table_at, count * size));
    if (table.bytes().size() != count * size || checksum(table.bytes()) != header.little(88, 4)) {
        return std::nullopt;
    }
    std::vector<Volume> volumes;
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t at = i * size;
        if (table.little(at, 8) == 0 && table.little(at + 8, 8) == 0) {
            continue;
        }
        const auto first = static_cast<std::int64_t>(table.little(at + 32, 8));
        const auto last = static_cast<std::int64_t>(table.little(at + 40, 8));
        Volume volume;
        volume.number = static_cast<int>(i) + 1;
        volume.offset_bytes = first * sector;
        volume.size_bytes = (last - first + 1) * sector;
        volume.part_uuid = table.guid(at + 16);
        volume.part_label = label_of(table, at + 56);
        volumes.push_back(std::move(volume));
    }
    return volumes;
}

std::optional<std::vector<Volume>> find_gpt(const disk::DiskFile& disk) {
    for (const std::int64_t sector : {std::int64_t{512}, std::int64_t{4096}}) {
        if (auto volumes = read_gpt(disk, sector, sector)) {
            return volumes;
        }
        if (auto volumes = read_gpt(disk, disk.size_bytes() - sector, sector)) {
            return volumes;
        }
    }
    return std::nullopt;
}

constexpr std::size_t kMbrTable = 446;
constexpr std::uint8_t kProtective = 0xee;

bool is_extended(std::uint64_t type) {
    return type == 0x05 || type == 0x0f || type == 0x85;
}

Volume mbr_volume(const Fields& mbr, std::size_t at, std::int64_t base, int number) {
    Volume volume;
    volume.number = number;
    volume.offset_bytes = (base + static_cast<std::int64_t>(mbr.little(at + 8, 4))) *
                          static_cast<std::int64_t>(kSector);
    volume.size_bytes =
        static_cast<std::int64_t>(mbr.little(at + 12, 4)) * static_cast<std::int64_t>(kSector);
    return volume;
}

/// The partitions within an extended one: a chain of tables, each with one partition and the place
/// of the next table.
void add_logical(const disk::DiskFile& disk, std::int64_t first, std::vector<Volume>& volumes) {
    constexpr int kMost = 60;
    std::int64_t table = first;
    for (int number = 5; number < 5 + kMost; ++number) {
        const Fields mbr(disk.read(table * static_cast<std::int64_t>(kSector), kSector));
        if (!mbr.has(510, "\x55\xaa") || mbr.little(kMbrTable + 12, 4) == 0) {
            return;
        }
        volumes.push_back(mbr_volume(mbr, kMbrTable, table, number));
        const std::uint64_t next = mbr.little(kMbrTable + 16 + 8, 4);
        if (next == 0) {
            return;
        }
        table = first + static_cast<std::int64_t>(next);
    }
}

/// Nothing when there is no table: the boot sector of a FAT ends with the same two bytes.
std::vector<Volume> find_mbr(const disk::DiskFile& disk) {
    const Fields mbr(disk.read(0, kSector));
    std::vector<Volume> volumes;
    if (!mbr.has(510, "\x55\xaa")) {
        return volumes;
    }
    for (int i = 0; i < 4; ++i) {
        const std::size_t at = kMbrTable + static_cast<std::size_t>(i) * 16;
        const std::uint64_t status = mbr.little(at, 1);
        const std::uint64_t type = mbr.little(at + 4, 1);
        if (status != 0 && status != 0x80) {
            return {};
        }
        if (type == 0 || mbr.little(at + 12, 4) == 0) {
            continue;
        }
        if (type == kProtective) {
            throw Error(
                ErrorKind::input,
                disk.shown() + ": its MBR announces a GPT, and neither copy of that is intact"
            )
                .set_hint("the image is damaged or not whole; sgdisk -v tells more");
        }
        if (is_extended(type)) {
            add_logical(disk, static_cast<std::int64_t>(mbr.little(at + 8, 4)), volumes);
        } else {
            volumes.push_back(mbr_volume(mbr, at, 0, i + 1));
        }
    }
    for (Volume& volume : volumes) {
        volume.part_uuid = fmt::format("{:08x}-{:02x}", mbr.little(440, 4), volume.number);
    }
    return volumes;
}

struct Probe {
    std::string type;
    std::string uuid;
    std::string label;
    std::int64_t size_bytes = 0;  ///< what the file system says it takes; 0: unknown
};

Probe probe_ext4(const Fields& start) {
    constexpr std::size_t kSuper = 1024;
    const std::uint64_t block_bytes = std::uint64_t{1024} << (start.little(kSuper + 24, 4) & 15U);
    const bool has_64bit = (start.little(kSuper + 96, 4) & 0x80U) != 0;
    const std::uint64_t blocks =
        start.little(kSuper + 4, 4) | (has_64bit ? start.little(kSuper + 336, 4) << 32U : 0);
    return {
        "ext4",
        start.uuid(kSuper + 104),
        start.text(kSuper + 120, 16),
        static_cast<std::int64_t>(blocks * block_bytes)};
}

std::string fat_serial(const Fields& start, std::size_t at) {
    return fmt::format("{:04X}-{:04X}", start.little(at + 2, 2), start.little(at, 2));
}

Probe probe(const Fields& start) {
    if (start.little(1024 + 56, 2) == 0xef53) {
        return probe_ext4(start);
    }
    if (start.has(0, "XFSB")) {
        return {
            "xfs",
            start.uuid(32),
            start.text(108, 12),
            static_cast<std::int64_t>(start.big(4, 4) * start.big(8, 8))};
    }
    if (start.has(65536 + 64, "_BHRfS_M")) {
        return {
            "btrfs",
            start.uuid(65536 + 32),
            start.text(65536 + 299, 256),
            static_cast<std::int64_t>(start.little(65536 + 112, 8))};
    }
    if (start.has(82, "FAT32")) {
        return {"vfat", fat_serial(start, 67), std::string(trim(start.text(71, 11))), 0};
    }
    if (start.has(54, "FAT1")) {
        return {"vfat", fat_serial(start, 39), std::string(trim(start.text(43, 11))), 0};
    }
    if (start.has(4086, "SWAPSPACE2")) {
        return {"swap", start.uuid(1024 + 12), start.text(1024 + 28, 16), 0};
    }
    if (start.has(0, "hsqs")) {
        return {"squashfs", "", "", 0};
    }
    if (start.has(0, "LUKS\xba\xbe")) {
        return {"LUKS", "", "", 0};
    }
    for (std::size_t sector = 0; sector < 4; ++sector) {
        if (start.has(sector * kSector, "LABELONE")) {
            return {"LVM", "", "", 0};
        }
    }
    return {};
}

void check_end(const disk::DiskFile& disk, const Volume& volume, std::int64_t end) {
    if (end > disk.size_bytes()) {
        throw Error(
            ErrorKind::input,
            fmt::format(
                "{} is not whole: {} goes to byte {}, and the file has {}",
                disk.shown(),
                volume.number == 0 ? "its " + volume.type + " file system"
                                   : "partition " + std::to_string(volume.number),
                end,
                disk.size_bytes()
            )
        )
            .set_hint("copy or build the image again");
    }
}

}  // namespace

std::vector<Volume> find_volumes(const disk::DiskFile& disk) {
    constexpr std::size_t kProbeBytes = std::size_t{68} << 10;  // the superblock of Btrfs is last
    std::vector<Volume> volumes;
    if (auto partitions = find_gpt(disk)) {
        volumes = *std::move(partitions);
    } else if (probe(Fields(disk.read(0, kProbeBytes))).type.empty()) {
        volumes = find_mbr(disk);
    }
    if (volumes.empty()) {
        Volume whole;
        whole.size_bytes = disk.size_bytes();
        volumes.push_back(std::move(whole));
    }
    for (Volume& volume : volumes) {
        check_end(disk, volume, volume.offset_bytes + volume.size_bytes);
        Probe found = probe(Fields(disk.read(
            volume.offset_bytes,
            std::min(
                kProbeBytes, static_cast<std::size_t>(std::max<std::int64_t>(volume.size_bytes, 0))
            )
        )));
        volume.type = std::move(found.type);
        volume.uuid = std::move(found.uuid);
        volume.label = std::move(found.label);
        check_end(disk, volume, volume.offset_bytes + found.size_bytes);
    }
    return volumes;
}

}  // namespace kiln::contents
