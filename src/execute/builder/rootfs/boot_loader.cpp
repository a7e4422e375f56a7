#include "execute/builder/rootfs/boot_loader.hpp"

#include "base/strings.hpp"

namespace kiln::exec::rootfs {

namespace {

// GRUB's module for a file system, which is also what grub-probe calls it.
std::string grub_file_system(const BootTarget& target) {
    return target.file_system == "xfs" ? "xfs" : "ext2";
}

// The answer to --target=device is no file: update-grub then passes it to the kernel as it is,
// root=UUID=..., which is what it makes of a real device.
constexpr const char* kProbe = R"(#!/bin/sh
target=fs
while [ $# -gt 0 ]; do
    case $1 in
        --target=*) target=${1#--target=} ;;
        -t | --target) shift; target=${1-} ;;
        -V | --version) echo 'grub-probe (kiln)'; exit 0 ;;
    esac
    shift
done
case $target in
    device) echo 'UUID=@UUID@' ;;
    fs) echo '@FS@' ;;
    fs_uuid) echo '@UUID@' ;;
    fs_label) echo root ;;
    partmap) echo gpt ;;
esac
)";

// grub-install does the same and then writes to the disk, which does not exist yet. Everything
// beyond reading the root file system is loaded from there.
constexpr const char* kInstall = R"(set -eu
early=$(mktemp)
printf 'search.fs_uuid %s root\nset prefix=($root)/boot/grub\n' '@UUID@' > "$early"
for platform in @PLATFORMS@; do
    from=/usr/lib/grub/$platform
    to=/boot/grub/$platform
    mkdir -p "$to"
    cp "$from"/*.mod "$from"/*.lst "$to"
    case $platform in
        i386-pc) disk=biosdisk; image=core.img; cp "$from/boot.img" "$to" ;;
        *) disk=; image=core.efi ;;
    esac
    grub-mkimage -O "$platform" -d "$from" -c "$early" -p /boot/grub -o "$to/$image" \
        $disk part_gpt @FS@ search search_fs_uuid normal configfile
done
rm "$early"
if [ -e /usr/share/grub/unicode.pf2 ]; then
    mkdir -p /boot/grub/fonts
    cp /usr/share/grub/unicode.pf2 /boot/grub/fonts
fi
)";

bool is_arm64(const BootTarget& target) {
    return target.architecture == "arm64";
}

}  // namespace

std::string grub_probe_stand_in(const BootTarget& target) {
    return replace_all(
        replace_all(kProbe, "@UUID@", target.root_uuid), "@FS@", grub_file_system(target)
    );
}

std::string grub_install_script(const BootTarget& target) {
    const std::string script = replace_all(
        replace_all(kInstall, "@UUID@", target.root_uuid), "@FS@", grub_file_system(target)
    );
    return replace_all(
        script, "@PLATFORMS@", is_arm64(target) ? "arm64-efi" : "i386-pc x86_64-efi"
    );
}

BootImages boot_images(const BootTarget& target) {
    if (is_arm64(target)) {
        return {"", "", "/boot/grub/arm64-efi/core.efi", "EFI/BOOT/BOOTAA64.EFI"};
    }
    return {
        "/boot/grub/i386-pc/boot.img",
        "/boot/grub/i386-pc/core.img",
        "/boot/grub/x86_64-efi/core.efi",
        "EFI/BOOT/BOOTX64.EFI"};
}

}  // namespace kiln::exec::rootfs
