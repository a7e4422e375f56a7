#include "sys/open_in_root.hpp"

#include "base/error.hpp"

#include <cerrno>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>

namespace kiln::sys {

int try_open_in_root(int root_fd, const std::string& path, int flags, unsigned mode) {
    open_how how{};
    how.flags = static_cast<unsigned>(flags | O_CLOEXEC);
    how.mode = (flags & O_CREAT) != 0 ? mode : 0;
    how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
    // The kernel answers EAGAIN when a rename elsewhere made it unsure about a "..".
    for (int attempt = 0;; ++attempt) {
        const long fd = ::syscall(SYS_openat2, root_fd, path.c_str(), &how, sizeof how);
        if (fd >= 0) {
            return static_cast<int>(fd);
        }
        if ((errno != EAGAIN && errno != EINTR) || attempt == 100) {
            return -errno;
        }
    }
}

UniqueFd open_in_root(
    int root_fd, const std::string& path, int flags, unsigned mode, const std::string& shown_root
) {
    const int fd = try_open_in_root(root_fd, path, flags, mode);
    if (fd < 0) {
        throw system_error("opening " + shown_root + path, -fd);
    }
    return UniqueFd(fd);
}

}  // namespace kiln::sys
