#pragma once

#include "sys/unique_fd.hpp"

namespace kiln::sys {

struct Pipe {
    UniqueFd read;
    UniqueFd write;
};

/// Both ends are closed by exec, and above 2: no end is in the way of a child that puts its
/// standard streams in place.
Pipe make_pipe();

/// `fd`, or a duplicate of it above 2 when it is a standard stream's. -1 stays as it is.
UniqueFd above_standard_streams(int fd);

}  // namespace kiln::sys
