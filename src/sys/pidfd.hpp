#pragma once

#include "sys/unique_fd.hpp"

#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

namespace kiln::sys {

// <sys/pidfd.h> of glibc 2.36 can not be used from C++: its functions lack C linkage.

/// A descriptor that means this process whatever becomes of its number; readable when it has ended.
inline UniqueFd open_pidfd(pid_t pid) {
    return UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0U)));
}

/// False, with errno, when it fails.
inline bool send_signal(const UniqueFd& process, int signal) {
    return ::syscall(SYS_pidfd_send_signal, process.get(), signal, nullptr, 0U) == 0;
}

}  // namespace kiln::sys
