#include "contents/cloud_boot.hpp"

#include "base/error.hpp"
#include "contents/fat_store.hpp"
#include "contents/kernels.hpp"

#include <algorithm>
#include <cctype>

namespace kiln::contents {
namespace {

std::string in_lower_case(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) {
        return static_cast<char>(std::tolower(c));
    });
    return text;
}

/// Code of a boot loader stands before the disk's signature (UEFI Specification 2.10, table 5-1).
bool has_boot_code(const disk::DiskFile& disk) {
    constexpr std::size_t kCodeBytes = 440;
    const std::string code = disk.read(0, kCodeBytes);
    return code.find_first_not_of('\0') != std::string::npos;
}

void look_for_uefi(
    const disk::DiskFile& disk,
    const std::vector<Volume>& volumes,
    const ReadDoors& doors,
    CloudBoot& found
) {
    for (const Volume& volume : volumes) {
        if (volume.type != "vfat") {
            continue;
        }
        const auto store =
            make_fat_store(disk, volume, doors.temp_directory, doors.processes, doors.stop);
        for (const Entry& entry : store->list()) {
            const std::string path = in_lower_case(entry.path);
            found.has_uefi_x86 = found.has_uefi_x86 || path == "efi/boot/bootx64.efi";
            found.has_uefi_arm = found.has_uefi_arm || path == "efi/boot/bootaa64.efi";
        }
    }
}

/// The machine that a program is for. (System V ABI, ELF header: e_machine at 18.)
std::string machine_of(std::string_view program) {
    constexpr std::size_t kMachineAt = 18;
    if (!program.starts_with("\x7f"
                             "ELF") ||
        program.size() < kMachineAt + 2) {
        return "";
    }
    const auto low = static_cast<std::uint8_t>(program[kMachineAt]);
    return low == 0x3e ? "x86_64" : low == 0xb7 ? "arm64" : "";
}

std::string architecture_of(ImageTree& tree) {
    for (const char* path : {"bin/sh", "usr/bin/env", "usr/lib/systemd/systemd", "sbin/init"}) {
        const Entry* const entry = tree.follow(path);
        if (entry == nullptr || entry->type != sys::FileType::regular) {
            continue;
        }
        std::string start;
        tree.read(*entry, [&](std::string_view piece) {
            if (start.size() < 64) {
                start += piece.substr(0, 64);
            }
        });
        const std::string machine = machine_of(start);
        if (!machine.empty()) {
            return machine;
        }
    }
    return "";
}

void look_for_drivers(ImageTree& tree, CloudBoot& found) {
    for (const Kernel& kernel : read_kernels(tree)) {
        found.kernels.push_back(kernel.version);
        if (!kernel.has_module("ena")) {
            found.without_ena.push_back(kernel.version);
        }
        if (!kernel.has_module("nvme")) {
            found.without_nvme.push_back(kernel.version);
        }
    }
}

}  // namespace

CloudBoot read_cloud_boot(const disk::DiskFile& disk, ImageTree* tree, const ReadDoors& doors) {
    const std::vector<Volume> volumes = find_volumes(disk);
    if (volumes.size() == 1 && volumes.front().number == 0 && volumes.front().type.empty()) {
        throw Error(
            ErrorKind::input,
            disk.shown() + " is no disk image: it has neither partitions nor a file system"
        )
            .set_hint("name a disk image: raw, qcow2, vmdk, vhd or vhdx");
    }
    CloudBoot found;
    found.has_bios_loader = has_boot_code(disk) && volumes.front().number != 0;
    look_for_uefi(disk, volumes, doors, found);
    if (tree != nullptr) {
        found.architecture = architecture_of(*tree);
        look_for_drivers(*tree, found);
    }
    return found;
}

}  // namespace kiln::contents
