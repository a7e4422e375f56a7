#include "contents/mounted_store.hpp"

#include "base/error.hpp"
#include "contents/folder_store.hpp"
#include "disk/loop_device.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/mount.h>
#include <unistd.h>
#include <utility>

namespace kiln::contents {
namespace {

class MountedStore final : public FileStore {
public:
    MountedStore(std::shared_ptr<disk::LoopDevice> device, std::unique_ptr<FileStore> files)
        : device_(std::move(device)), files_(std::move(files)) {}

    std::vector<Entry> list() override { return files_->list(); }
    void read(const Entry& entry, const ContentSink& sink) override { files_->read(entry, sink); }
    std::unique_ptr<FileStore> another() override {
        return std::make_unique<MountedStore>(device_, files_->another());
    }

private:
    std::shared_ptr<disk::LoopDevice> device_;
    std::unique_ptr<FileStore> files_;
};

/// A mount that is attached nowhere.
sys::UniqueFd mount_detached(
    const std::string& type, const std::string& device, const std::string& shown
) {
    const std::string doing = "mounting the " + type + " of " + shown;
    const sys::UniqueFd context(::fsopen(type.c_str(), FSOPEN_CLOEXEC));
    if (!context) {
        if (errno == ENODEV) {
            throw Error(ErrorKind::unsupported, doing + ": this kernel has no " + type)
                .set_hint("load its module (modprobe " + type + "), or read a tar of the image");
        }
        throw system_error(doing, errno);
    }
    const int fd = context.get();
    bool good = ::fsconfig(fd, FSCONFIG_SET_STRING, "source", device.c_str(), 0) == 0 &&
                ::fsconfig(fd, FSCONFIG_SET_FLAG, "ro", nullptr, 0) == 0;
    if (type == "xfs") {
        // An image that is mounted elsewhere, or its twin, has the same UUID.
        good = good && ::fsconfig(fd, FSCONFIG_SET_FLAG, "norecovery", nullptr, 0) == 0 &&
               ::fsconfig(fd, FSCONFIG_SET_FLAG, "nouuid", nullptr, 0) == 0;
    } else {
        good = good && ::fsconfig(fd, FSCONFIG_SET_STRING, "rescue", "nologreplay", 0) == 0;
    }
    if (!good || ::fsconfig(fd, FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) != 0) {
        throw system_error(doing, errno);
    }
    sys::UniqueFd mount(
        ::fsmount(fd, FSMOUNT_CLOEXEC, MOUNT_ATTR_RDONLY | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOSUID)
    );
    if (!mount) {
        throw system_error(doing, errno);
    }
    return mount;
}

/// Where the system of a Btrfs may stand besides its root: the subvolumes that installers of SUSE
/// and Ubuntu, and of Fedora, make.
sys::UniqueFd folder_of_system(const sys::UniqueFd& mount) {
    for (const char* folder : {".", "@", "root"}) {
        for (const char* release : {"/etc/os-release", "/usr/lib/os-release"}) {
            if (::faccessat(
                    mount.get(), (std::string(folder) + release).c_str(), F_OK, AT_SYMLINK_NOFOLLOW
                ) == 0) {
                return sys::UniqueFd(
                    ::openat(mount.get(), folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
                );
            }
        }
    }
    return sys::UniqueFd(::openat(mount.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

}  // namespace

std::unique_ptr<FileStore> make_mounted_store(const disk::DiskFile& disk, const Volume& volume) {
    if (::geteuid() != 0) {
        throw Error(
            ErrorKind::permission,
            "reading the " + volume.type + " of " + disk.shown() + " takes root, for a loop device"
        )
            .set_hint("run kiln as root; ext4, tars and folders need none");
    }
    auto device = std::make_shared<disk::LoopDevice>(
        disk.path(), volume.offset_bytes, volume.size_bytes, disk::LoopDevice::Access::read_only
    );
    const sys::UniqueFd mount = mount_detached(volume.type, device->path(), disk.shown());
    sys::UniqueFd root = folder_of_system(mount);
    if (!root) {
        throw system_error("opening the " + volume.type + " of " + disk.shown(), errno);
    }
    return std::make_unique<MountedStore>(
        std::move(device), make_folder_store(std::move(root), disk.shown())
    );
}

}  // namespace kiln::contents
