#pragma once

#include "contents/image_tree.hpp"
#include "contents/open_image.hpp"
#include "contents/volumes.hpp"

#include <optional>
#include <string>
#include <vector>

namespace kiln::contents {

/// What a disk has of all that a machine in EC2 needs in order to start from it. Read, not booted.
struct CloudBoot {
    bool has_bios_loader = false;  ///< code in the first sector
    bool has_uefi_x86 = false;     ///< EFI/BOOT/BOOTX64.EFI in a FAT
    bool has_uefi_arm = false;     ///< EFI/BOOT/BOOTAA64.EFI
    /// "x86_64" or "arm64", as EC2 says it; "" where it can not be told.
    std::string architecture;
    std::vector<std::string> kernels;      ///< with modules in the image, sorted
    std::vector<std::string> without_ena;  ///< of those, neither as a module nor built in
    std::vector<std::string> without_nvme;

    bool has_any_loader() const { return has_bios_loader || has_uefi_x86 || has_uefi_arm; }
    bool operator==(const CloudBoot&) const = default;
};

/// `tree` is null where the system in the disk can not be read: then only its loaders are known.
/// Throws Error{input} for what is no disk: neither partitions nor a file system, or not whole.
CloudBoot read_cloud_boot(const disk::DiskFile& disk, ImageTree* tree, const ReadDoors& doors);

}  // namespace kiln::contents
