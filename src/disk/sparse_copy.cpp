#include "disk/sparse_copy.hpp"

#include "base/error.hpp"
#include "sys/data_ranges.hpp"
#include "sys/unique_fd.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <linux/fs.h>
#include <memory>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace kiln::disk {
namespace {

constexpr std::int64_t kStepBytes = std::int64_t{8} << 20U;  // between two looks at the stop token
constexpr std::size_t kBufferBytes = std::size_t{1} << 20U;

bool can_not_copy_in_kernel(int error_number) {
    return error_number == EXDEV || error_number == EINVAL || error_number == ENOSYS ||
           error_number == EOPNOTSUPP;
}

class Copy {
public:
    Copy(const std::filesystem::path& from, const std::filesystem::path& to)
        : from_name_(from.string()),
          to_name_(to.string()),
          from_(::open(from.c_str(), O_RDONLY | O_CLOEXEC)) {
        if (!from_) {
            throw system_error("opening " + from_name_, errno);
        }
        to_.reset(::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
        if (!to_) {
            throw system_error("creating " + to_name_, errno);
        }
    }

    void run(const WriteControl& control) {
        const std::int64_t size = file_size();
        if (::ioctl(to_.get(), FICLONE, from_.get()) == 0) {
            report(control, size);
            return;
        }
        if (::ftruncate(to_.get(), size) != 0) {
            throw system_error("sizing " + to_name_, errno);
        }
        for (sys::DataRange data = sys::next_data(from_.get(), 0, size); !data.empty();
             data = sys::next_data(from_.get(), data.end, size)) {
            for (std::int64_t at = data.begin; at < data.end; at += kStepBytes) {
                throw_if_stopped(control.stop);
                const std::int64_t step = std::min(kStepBytes, data.end - at);
                copy_range(at, step);
                report(control, step);
            }
        }
    }

private:
    std::int64_t file_size() const {
        struct stat status {};
        if (::fstat(from_.get(), &status) != 0) {
            throw system_error("reading " + from_name_, errno);
        }
        return status.st_size;
    }

    static void report(const WriteControl& control, std::int64_t bytes) {
        if (control.on_bytes) {
            control.on_bytes(bytes);
        }
    }

    void copy_range(std::int64_t at, std::int64_t size) {
        while (size > 0) {
            const std::int64_t copied = buffer_ ? copy_by_hand(at, size) : copy_in_kernel(at, size);
            at += copied;
            size -= copied;
        }
    }

    std::int64_t copy_in_kernel(std::int64_t at, std::int64_t size) {
        off_t from_at = at;
        off_t to_at = at;
        const ssize_t copied = ::copy_file_range(
            from_.get(), &from_at, to_.get(), &to_at, static_cast<std::size_t>(size), 0
        );
        if (copied > 0) {
            return copied;
        }
        if (copied == 0 || can_not_copy_in_kernel(errno)) {
            buffer_ = std::make_unique<char[]>(kBufferBytes);
            return 0;
        }
        if (errno == EINTR) {
            return 0;
        }
        throw system_error("copying " + from_name_ + " to " + to_name_, errno);
    }

    std::int64_t copy_by_hand(std::int64_t at, std::int64_t size) {
        const auto wanted = std::min(static_cast<std::size_t>(size), kBufferBytes);
        const ssize_t got = ::pread(from_.get(), buffer_.get(), wanted, at);
        if (got < 0 && errno != EINTR) {
            throw system_error("reading " + from_name_, errno);
        }
        if (got == 0) {
            throw Error(ErrorKind::io, from_name_ + " became shorter while it was read");
        }
        if (got < 0) {
            return 0;
        }
        const ssize_t put = ::pwrite(to_.get(), buffer_.get(), static_cast<std::size_t>(got), at);
        if (put < 0 && errno != EINTR) {
            throw system_error("writing " + to_name_, errno);
        }
        return std::max<ssize_t>(put, 0);
    }

    std::string from_name_, to_name_;
    sys::UniqueFd from_, to_;
    std::unique_ptr<char[]> buffer_;  // there once the kernel has refused to copy
};

}  // namespace

void sparse_copy(
    const std::filesystem::path& from, const std::filesystem::path& to, const WriteControl& control
) {
    Copy copy(from, to);  // did not create `to` when it throws
    try {
        copy.run(control);
    } catch (...) {
        ::unlink(to.c_str());
        throw;
    }
}

}  // namespace kiln::disk
