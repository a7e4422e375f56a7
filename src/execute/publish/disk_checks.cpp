#include "execute/publish/disk_checks.hpp"

#include "base/error.hpp"
#include "base/strings.hpp"
#include "contents/cloud_boot.hpp"

#include <optional>

namespace kiln::exec {

namespace {

constexpr const char* kSkipHint = "skip_image_check = true (-skip-image-check) sends it as it is";

Error unfit(const publish::DiskSource& disk, const std::string& why) {
    return Error(ErrorKind::input, disk.image().string() + " can not start on EC2: " + why);
}

contents::CloudBoot read_root(const BuildContext& context, const publish::DiskSource& disk) {
    const contents::ReadDoors doors{
        context.effects.processes, context.effects.temp_directory, context.stop};
    // First whether it is a disk at all: that a system can not be found on it says less.
    const contents::CloudBoot loaders = contents::read_cloud_boot(disk.file(), nullptr, doors);
    try {
        contents::ImageTree tree = contents::open_image(disk.file().path(), doors);
        return contents::read_cloud_boot(disk.file(), &tree, doors);
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::interrupted) {
            throw;
        }
        context.warn(
            "the system on " + disk.image().string() +
            " can not be read, so that its drivers are not checked: " + error.message()
        );
        return loaders;
    }
}

void need_drivers(const publish::DiskSource& disk, const contents::CloudBoot& boot) {
    const auto need = [&](const std::vector<std::string>& lacking,
                          const std::string& driver,
                          const std::string& what) {
        if (!boot.kernels.empty() && lacking.size() == boot.kernels.size()) {
            throw unfit(
                disk,
                "none of its kernels (" + join(boot.kernels, ", ") + ") has the driver " + driver +
                    ", which " + what
            )
                .set_hint(
                    "install a kernel that has it, as linux-image-cloud-amd64 of Debian; " +
                    std::string(kSkipHint)
                );
        }
    };
    need(boot.without_nvme, "nvme", "its disk needs");
    need(boot.without_ena, "ena", "its network needs");
}

std::string possible_boot_mode(const contents::CloudBoot& boot) {
    const bool has_uefi = boot.has_uefi_x86 || boot.has_uefi_arm;
    if (!has_uefi) {
        return "legacy-bios";
    }
    return boot.has_bios_loader && boot.has_uefi_x86 ? "uefi-preferred" : "uefi";
}

void need_loader(
    const publish::DiskSource& disk, const contents::CloudBoot& boot, const std::string& mode
) {
    const bool needs_uefi = mode == "uefi";
    const bool needs_bios = mode == "legacy-bios";
    if ((needs_uefi && !boot.has_uefi_x86 && !boot.has_uefi_arm) ||
        (needs_bios && !boot.has_bios_loader)) {
        throw unfit(
            disk,
            "boot_mode is \"" + mode + "\", and it has " +
                (needs_uefi ? "no EFI/BOOT/BOOTX64.EFI or BOOTAA64.EFI on a FAT partition"
                            : "no boot code in its first sector")
        )
            .set_hint("leave boot_mode out: it follows from the loaders that are there");
    }
}

}  // namespace

std::string check_root_disk(
    const BuildContext& context,
    const publish::DiskSource& disk,
    const plan::AmazonPublishOptions& options
) {
    const std::string wanted = options.registration.boot_mode.value_or("");
    if (options.skip_image_check) {
        return wanted;
    }
    const contents::CloudBoot boot = read_root(context, disk);
    if (!boot.has_any_loader()) {
        throw unfit(
            disk,
            "it has no boot loader: no boot code in its first sector, and no EFI/BOOT/BOOTX64.EFI "
            "or BOOTAA64.EFI on a FAT partition"
        )
            .set_hint(
                std::string("name a whole disk, and not a partition or a file system; ") + kSkipHint
            );
    }
    const std::string& architecture = options.registration.ami_architecture;
    const std::string found = boot.has_uefi_arm && !boot.has_uefi_x86 && !boot.has_bios_loader
                                  ? "arm64"
                                  : boot.architecture;
    if (!found.empty() && found != architecture) {
        throw unfit(disk, "its system is of " + found + ", and the AMI shall be of " + architecture)
            .set_hint("set ami_architecture (-architecture) to \"" + found + "\"");
    }
    need_drivers(disk, boot);
    need_loader(disk, boot, wanted);
    return wanted.empty() ? possible_boot_mode(boot) : wanted;
}

void check_data_disk(const publish::DiskSource& disk) {
    // Whatever partitions it has are within it; an empty one is as good as any.
    contents::find_volumes(disk.file());
}

}  // namespace kiln::exec
