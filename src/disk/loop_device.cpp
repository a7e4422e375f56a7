#include "disk/loop_device.hpp"

#include "base/error.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <linux/loop.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace kiln::disk {
namespace {

constexpr int kTries = 64;  // another process may take the free device first

Error no_loop_device(const std::string& what, int error_number) {
    Error error = error_number == EACCES || error_number == EPERM
                      ? Error(ErrorKind::permission, what + ": root is needed for an xfs")
                      : Error(ErrorKind::unsupported, what + ": this host gives no loop device");
    error.set_hint("use ext4, which needs no device, or run where /dev/loop-control works");
    return error;
}

}  // namespace

LoopDevice::LoopDevice(
    const std::filesystem::path& file,
    std::int64_t offset_bytes,
    std::int64_t size_bytes,
    Access access
) {
    const int mode = access == Access::read_only ? O_RDONLY : O_RDWR;
    const sys::UniqueFd control(::open("/dev/loop-control", O_RDWR | O_CLOEXEC));
    if (!control) {
        throw no_loop_device("opening /dev/loop-control", errno);
    }
    const sys::UniqueFd backing(::open(file.c_str(), mode | O_CLOEXEC));
    if (!backing) {
        throw system_error("opening " + file.string(), errno);
    }
    loop_config config{};
    config.fd = static_cast<__u32>(backing.get());
    config.info.lo_offset = static_cast<__u64>(offset_bytes);
    config.info.lo_sizelimit = static_cast<__u64>(size_bytes);
    config.info.lo_flags = LO_FLAGS_AUTOCLEAR;
    if (access == Access::read_only) {
        config.info.lo_flags |= LO_FLAGS_READ_ONLY;
    }
    const std::string name = file.filename().string();
    std::copy_n(
        name.begin(),
        std::min(name.size(), sizeof config.info.lo_file_name - 1),
        config.info.lo_file_name
    );
    for (int tries = 0; tries < kTries; ++tries) {
        const int number = ::ioctl(control.get(), LOOP_CTL_GET_FREE);
        if (number < 0) {
            throw no_loop_device("asking for a loop device", errno);
        }
        path_ = "/dev/loop" + std::to_string(number);
        fd_.reset(::open(path_.c_str(), mode | O_CLOEXEC));
        if (!fd_) {
            throw no_loop_device("opening " + path_, errno);
        }
        if (::ioctl(fd_.get(), LOOP_CONFIGURE, &config) == 0) {
            return;
        }
        if (errno != EBUSY) {
            throw system_error("setting up " + path_ + " for " + file.string(), errno);
        }
    }
    throw no_loop_device("asking for a loop device", EBUSY);
}

}  // namespace kiln::disk
