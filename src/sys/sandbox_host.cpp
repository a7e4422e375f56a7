#include "sys/sandbox_host.hpp"

#include "base/error.hpp"
#include "sys/unique_fd.hpp"

#include <cerrno>
#include <linux/magic.h>
#include <optional>
#include <string>
#include <sys/mount.h>
#include <sys/vfs.h>

namespace kiln::sys {

namespace {

constexpr const char* kRemedy = "set XDG_CACHE_HOME to a folder on ext4, xfs, btrfs or tmpfs";

// File systems on which overlayfs keeps no changes (Documentation/filesystems/overlayfs.rst: the
// upper one needs trusted.* extended attributes, d_type and no revalidation). The magic numbers
// that linux/magic.h lacks are those of statfs(2).
const char* unfit_file_system(long magic) {
    switch (magic) {
        case OVERLAYFS_SUPER_MAGIC:
            return "overlayfs";
        case NFS_SUPER_MAGIC:
            return "NFS";
        case 0x65735546:
            return "FUSE";
        case V9FS_MAGIC:
            return "9p";
        case MSDOS_SUPER_MAGIC:
            return "FAT";
        case 0xFF534D42:
        case 0xFE534D42:
            return "CIFS";
        case SQUASHFS_MAGIC:
            return "squashfs";
        default:
            return nullptr;
    }
}

std::filesystem::path nearest_existing(std::filesystem::path path) {
    struct statfs status {};
    while (::statfs(path.c_str(), &status) != 0 && path.has_parent_path() &&
           path != path.parent_path()) {
        path = path.parent_path();
    }
    return path;
}

}  // namespace

void require_root() {
    if (::geteuid() != 0) {
        throw Error(
            ErrorKind::permission, "building a root file system needs root (mounts, file owners)"
        )
            .set_hint("run it with sudo");
    }
}

void require_overlayfs(const std::filesystem::path& folder) {
    // Loads the module where it is one, and mounts nothing.
    const UniqueFd context(::fsopen("overlay", FSOPEN_CLOEXEC));
    if (!context && errno == ENODEV) {
        throw Error(ErrorKind::unsupported, "the kernel of this host has no overlayfs")
            .set_hint("load it with \"modprobe overlay\", or use a kernel that has it");
    }
    if (!context && errno == EPERM) {
        throw Error(
            ErrorKind::permission, "root may not mount file systems here (no CAP_SYS_ADMIN)"
        )
            .set_hint("start the container that kiln runs in with --privileged");
    }
    const std::filesystem::path existing = nearest_existing(folder);
    struct statfs status {};
    if (::statfs(existing.c_str(), &status) != 0) {
        throw system_error("reading " + existing.string(), errno);
    }
    if (const char* name = unfit_file_system(status.f_type)) {
        throw Error(
            ErrorKind::unsupported,
            folder.string() + " is on " + name + ", which can not hold the layers of overlayfs"
        )
            .set_hint(kRemedy);
    }
}

}  // namespace kiln::sys
