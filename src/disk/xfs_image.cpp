#include "disk/xfs_image.hpp"

#include "base/error.hpp"
#include "disk/loop_device.hpp"
#include "disk/tree_copy.hpp"
#include "sys/file_system.hpp"
#include "sys/process_runner.hpp"
#include "sys/temp_directory.hpp"

#include <cerrno>
#include <exception>
#include <functional>
#include <sched.h>
#include <sys/mount.h>
#include <thread>

namespace kiln::disk {
namespace {

/// Runs `work` on a thread with a mount namespace of its own, so that no other thread or process
/// sees its mounts and they end with it.
void run_with_private_mounts(const std::function<void()>& work) {
    std::exception_ptr failure;
    std::jthread([&] {
        try {
            if (::unshare(CLONE_FS | CLONE_NEWNS) != 0) {
                throw system_error("making a private mount namespace", errno);
            }
            if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
                throw system_error("making mounts private", errno);
            }
            work();
        } catch (...) {
            failure = std::current_exception();
        }
    }).join();
    if (failure) {
        std::rethrow_exception(failure);
    }
}

class Mount {
public:
    Mount(const std::string& device, const std::filesystem::path& at) : at_(at) {
        // "nouuid": several builds may have the same file system mounted at one time.
        if (::mount(device.c_str(), at.c_str(), "xfs", 0, "nouuid") != 0) {
            throw system_error("mounting the xfs on " + device, errno);
        }
    }
    ~Mount() {
        if (mounted_) {
            ::umount2(at_.c_str(), MNT_DETACH);
        }
    }
    Mount(const Mount&) = delete;
    Mount& operator=(const Mount&) = delete;

    /// Writes what is pending to the image.
    void unmount() {
        if (::umount2(at_.c_str(), 0) != 0) {
            throw system_error("unmounting the xfs", errno);
        }
        mounted_ = false;
    }

private:
    std::filesystem::path at_;
    bool mounted_ = true;
};

}  // namespace

void create_xfs(
    const std::filesystem::path& image,
    const Partition& partition,
    sys::ProcessRunner& processes,
    std::stop_token stop
) {
    const LoopDevice device(image, partition.offset_bytes, partition.size_bytes);
    sys::Command command{
        // -K: no discard, which would take holes for the loop device to punch again.
        .argv = {"mkfs.xfs", "-q", "-f", "-K", "-m", "uuid=" + partition.file_system.uuid},
        .environment = sys::tool_environment()};
    command.debian_package = "xfsprogs";
    if (!partition.file_system.label.empty()) {
        command.argv.insert(command.argv.end(), {"-L", partition.file_system.label});
    }
    command.argv.push_back(device.path());
    sys::run_checked(processes, command, std::move(stop));
}

void apply_layers_to_xfs(
    const std::filesystem::path& image,
    const Partition& partition,
    std::int64_t latest_time,
    const std::vector<LayerTree>& layers,
    const TreeSelection& selection,
    const WriteControl& control
) {
    sys::RealFileSystem files;
    const sys::TempDirectory mount_point(files, sys::default_temp_parent());
    const LoopDevice device(image, partition.offset_bytes, partition.size_bytes);
    run_with_private_mounts([&] {
        Mount mount(device.path(), mount_point.path());
        for (const LayerTree& layer : layers) {
            apply_layer_to_directory(mount_point.path(), latest_time, layer, selection, control);
        }
        mount.unmount();
    });
}

}  // namespace kiln::disk
