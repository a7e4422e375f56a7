#pragma once

#include "sys/unique_fd.hpp"

#include <string>

namespace kiln::sys {

/// Opens `path` as a process would whose root folder is `root_fd`: absolute symlinks and ".." stay
/// within it. `flags` as for open(2) (O_CLOEXEC is added). Throws the Error of the system call;
/// `shown_root` is put in front of the path in its message.
UniqueFd open_in_root(
    int root_fd,
    const std::string& path,
    int flags,
    unsigned mode = 0,
    const std::string& shown_root = {}
);

/// The same, -errno when it fails.
int try_open_in_root(int root_fd, const std::string& path, int flags, unsigned mode = 0);

}  // namespace kiln::sys
