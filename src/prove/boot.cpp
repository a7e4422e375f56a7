#include "prove/boot.hpp"

#include "base/strings.hpp"
#include "contents/cloud_boot.hpp"
#include "contents/fstab.hpp"
#include "contents/kernels.hpp"
#include "contents/volumes.hpp"
#include "prove/kernel_files.hpp"
#include "prove/tree_look.hpp"

#include <algorithm>

namespace kiln::prove {
namespace {

using contents::Entry;
using contents::Kernel;

Finding no_disk() {
    return {
        Status::skip,
        "",
        "a folder or a tar has no boot loader and no partitions",
        "test the disk image that is made of it"};
}

Findings check_loader(Subject& subject) {
    if (!subject.image.disk) {
        return {no_disk()};
    }
    const contents::CloudBoot boot =
        contents::read_cloud_boot(*subject.image.disk, &subject.tree(), subject.doors);
    std::vector<std::string> loaders;
    if (boot.has_bios_loader) {
        loaders.emplace_back("BIOS");
    }
    if (boot.has_uefi_x86) {
        loaders.emplace_back("UEFI of x86_64");
    }
    if (boot.has_uefi_arm) {
        loaders.emplace_back("UEFI of arm64");
    }
    const std::string remedy =
        "install GRUB or systemd-boot on the disk as its removable loader (grub-install "
        "--removable)";
    if (loaders.empty()) {
        return {
            {Status::fail,
             "",
             "no boot code in the first sector of a disk with partitions, and no "
             "EFI/BOOT/BOOTX64.EFI or BOOTAA64.EFI on a FAT partition",
             remedy}};
    }
    const bool can_start = boot.architecture == "arm64" ? boot.has_uefi_arm
                           : boot.architecture == "x86_64"
                               ? boot.has_bios_loader || boot.has_uefi_x86
                               : true;
    if (!can_start) {
        return {
            {Status::fail,
             "",
             "the system is of " + boot.architecture + ", and the disk has a loader for " +
                 join(loaders, " and ") + " alone",
             remedy}};
    }
    return {{Status::pass, "", join(loaders, ", "), ""}};
}

Findings check_kernels(Subject& subject) {
    const std::vector<Kernel> kernels = contents::read_kernels(subject.tree());
    if (kernels.empty()) {
        return {
            {Status::fail,
             "/lib/modules",
             "holds the modules of no kernel",
             "install a kernel, as linux-image-cloud-amd64 of Debian"}};
    }
    Findings found;
    std::size_t whole = 0;
    for (const Kernel& kernel : kernels) {
        const std::string file = kernel_image_of(subject.tree(), kernel.version);
        whole += file.empty() ? 0U : 1U;
        if (!file.empty()) {
            found.push_back(
                {Status::pass,
                 kernel.version,
                 shown(file) + ", " + std::to_string(kernel.modules.size()) + " modules",
                 ""}
            );
        } else {
            found.push_back(
                {Status::fail,
                 kernel.version,
                 "has modules in /lib/modules, and no kernel in /boot",
                 "install the kernel again, or remove its modules"}
            );
        }
    }
    for (Finding& one : found) {
        // The machine starts from another: what is left of an old kernel takes room, no more.
        one.status = one.status == Status::fail && whole > 0 ? Status::warn : one.status;
    }
    for (const std::string& version : kernel_versions_in_boot(subject.tree())) {
        if (std::none_of(kernels.begin(), kernels.end(), [&](const Kernel& kernel) {
                return kernel.version == version;
            })) {
            found.push_back(
                {Status::fail,
                 version,
                 "is in /boot and has no modules in /lib/modules/" + version,
                 "install the kernel's modules, or remove it from /boot"}
            );
        }
    }
    return found;
}

Findings check_initramfs(Subject& subject) {
    Findings found;
    for (const Kernel& kernel : contents::read_kernels(subject.tree())) {
        if (kernel_image_of(subject.tree(), kernel.version).empty()) {
            continue;  // told by the check of kernels
        }
        const std::string file = initramfs_of(subject.tree(), kernel.version);
        if (file.empty()) {
            found.push_back(
                {Status::fail,
                 kernel.version,
                 "has no initramfs in /boot",
                 "update-initramfs -c -k " + kernel.version + ", or dracut --kver " +
                     kernel.version}
            );
        } else {
            found.push_back({Status::pass, kernel.version, shown(file), ""});
        }
    }
    if (found.empty()) {
        found.push_back({Status::skip, "", "there is no kernel to have one", ""});
    }
    return found;
}

/// That every kernel has those modules.
Findings check_modules(
    Subject& subject, const std::vector<std::string>& modules, const std::string& remedy
) {
    const std::vector<Kernel> kernels = contents::read_kernels(subject.tree());
    if (kernels.empty()) {
        return {{Status::skip, "", "there is no kernel to have " + join(modules, ", "), ""}};
    }
    Findings found;
    for (const Kernel& kernel : kernels) {
        std::vector<std::string> missing;
        for (const std::string& module : modules) {
            if (!kernel.has_module(module)) {
                missing.push_back(module);
            }
        }
        if (!missing.empty()) {
            found.push_back(
                {Status::fail,
                 kernel.version,
                 "has " + join(missing, ", ") + " neither as a module nor built in",
                 remedy}
            );
        }
    }
    return found;
}

/// The fields of each line of an fstab that the start of a machine waits for.
std::vector<std::vector<std::string>> awaited_lines(const std::string& fstab) {
    std::vector<std::vector<std::string>> lines;
    for (const std::string& line : split(replace_all(fstab, "\t", " "), '\n')) {
        std::vector<std::string> fields = split(trim(line), ' ');
        std::erase(fields, "");
        if (fields.size() < 3 || fields[0].starts_with('#')) {
            continue;
        }
        const std::vector<std::string> options =
            fields.size() > 3 ? split(fields[3], ',') : std::vector<std::string>();
        const bool is_awaited = std::none_of(options.begin(), options.end(), [](const auto& one) {
            return one == "nofail" || one == "noauto";
        });
        if (is_awaited) {
            lines.push_back(std::move(fields));
        }
    }
    return lines;
}

Findings check_fstab(Subject& subject) {
    if (!subject.image.disk) {
        return {no_disk()};
    }
    const std::vector<contents::Volume> volumes = contents::find_volumes(*subject.image.disk);
    Findings found;
    for (const std::vector<std::string>& fields :
         awaited_lines(small_text(subject.tree(), "etc/fstab"))) {
        // Names of devices may be of disks that the machine gets later.
        const bool is_by_id = fields[0].starts_with("UUID=") || fields[0].starts_with("LABEL=") ||
                              fields[0].starts_with("PARTUUID=") ||
                              fields[0].starts_with("PARTLABEL=");
        if (is_by_id && std::none_of(volumes.begin(), volumes.end(), [&](const auto& volume) {
                return contents::fstab_names(fields[0], volume);
            })) {
            found.push_back(
                {Status::fail,
                 fields[1],
                 "is on " + fields[0] +
                     " by /etc/fstab, and no partition of the disk is that: "
                     "the machine would wait for it and then stop",
                 "correct /etc/fstab, or give the line the option nofail"}
            );
        }
    }
    return found;
}

}  // namespace

std::vector<Check> boot_checks(const Demands& demands) {
    const auto drivers = [](const std::vector<std::string>& modules, const std::string& remedy) {
        return
            [modules, remedy](Subject& subject) { return check_modules(subject, modules, remedy); };
    };
    const std::string cloud = "install a kernel of the cloud, as linux-image-cloud-amd64 of Debian";
    const std::string not_ec2 = demands.platform == Platform::kvm ? "-platform ec2 or both" : "";
    const std::string not_kvm = demands.platform == Platform::ec2 ? "-platform kvm or both" : "";
    return {
        {"boot", "loader", "", check_loader},
        {"boot", "kernels", "", check_kernels},
        {"boot", "initramfs", "", check_initramfs},
        {"boot", "nvme", "every kernel has nvme", drivers({"nvme"}, cloud), not_ec2},
        {"boot", "ena", "every kernel has ena", drivers({"ena"}, cloud), not_ec2},
        {"boot",
         "virtio",
         "every kernel has virtio_pci, virtio_blk and virtio_net",
         drivers({"virtio_pci", "virtio_blk", "virtio_net"}, cloud),
         not_kvm},
        {"boot",
         "modules",
         "every kernel has " + join(demands.modules, ", "),
         drivers(
             demands.modules,
             "install the package that has it for this kernel, or build it with DKMS"
         ),
         demands.modules.empty() ? "-module" : ""},
        {"boot", "fstab", "it waits for nothing that is not there", check_fstab},
    };
}

}  // namespace kiln::prove
