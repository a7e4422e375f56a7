#pragma once

#include <string>

namespace kiln::exec::rootfs {

/// What GRUB must know of a disk that is not there yet.
struct BootTarget {
    std::string root_uuid;
    std::string file_system = "ext4";
    std::string architecture = "amd64";

    bool operator==(const BootTarget&) const = default;
};

/// A program that stands in for grub-probe while the tree is built: it answers what grub-probe will
/// answer on the finished disk, so that update-grub works in a provisioner as on a running node and
/// writes the same grub.cfg. Pure.
std::string grub_probe_stand_in(const BootTarget& target);

/// A shell script that puts GRUB's modules where grub-install would and makes its images there:
/// /boot/grub/i386-pc/{boot,core}.img and /boot/grub/x86_64-efi/core.efi. They find the root file
/// system by its UUID, wherever the disk is. Pure.
std::string grub_install_script(const BootTarget& target);

/// Where the images are in the tree.
struct BootImages {
    std::string bios_boot;   ///< "" when the architecture has none
    std::string bios_core;   ///< the same
    std::string efi;         ///< in the tree
    std::string efi_on_esp;  ///< on the EFI system partition: the removable path
};
BootImages boot_images(const BootTarget& target);

}  // namespace kiln::exec::rootfs
