#include "sys/file_lock.hpp"

#include "base/error.hpp"
#include "sys/clock.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

namespace kiln::sys {

namespace {

UniqueFd open_lock_file(const std::filesystem::path& path) {
    UniqueFd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644));
    if (!fd) {
        throw system_error("opening lock file " + path.string(), errno);
    }
    return fd;
}

bool try_lock(int fd, FileLock::Kind kind, const std::filesystem::path& path) {
    const int operation = kind == FileLock::Kind::shared ? LOCK_SH : LOCK_EX;
    while (::flock(fd, operation | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK) {
            return false;
        }
        if (errno != EINTR) {
            throw system_error("locking " + path.string(), errno);
        }
    }
    return true;
}

// False when the file was removed by the one who held its lock before.
bool stands_at(int fd, const std::filesystem::path& path) {
    struct stat held {};
    struct stat there {};
    return ::fstat(fd, &held) == 0 && ::stat(path.c_str(), &there) == 0 &&
           held.st_dev == there.st_dev && held.st_ino == there.st_ino;
}

}  // namespace

FileLock FileLock::acquire(const std::filesystem::path& path, Kind kind, std::stop_token stop) {
    UniqueFd fd = open_lock_file(path);
    // A blocking flock can not be woken by a stop, so it is asked for again and again.
    RealClock clock;
    while (true) {
        if (!try_lock(fd.get(), kind, path)) {
            if (!clock.sleep_for(std::chrono::milliseconds(20), stop)) {
                throw Error(
                    ErrorKind::interrupted, "interrupted while waiting for " + path.string()
                );
            }
        } else if (stands_at(fd.get(), path)) {
            return FileLock(std::move(fd));
        } else {
            fd = open_lock_file(path);
        }
    }
}

std::optional<FileLock> FileLock::try_acquire(const std::filesystem::path& path, Kind kind) {
    UniqueFd fd = open_lock_file(path);
    if (!try_lock(fd.get(), kind, path)) {
        return std::nullopt;
    }
    return FileLock(std::move(fd));
}

}  // namespace kiln::sys
