#pragma once

#include "base/error.hpp"

#include <stop_token>
#include <string>

namespace kiln::exec {

/// What a build that the user stopped ends with.
inline Error cancelled() {
    return Error(ErrorKind::interrupted, "build was cancelled");
}

inline void throw_if_stopped(const std::stop_token& stop) {
    if (stop.stop_requested()) {
        throw cancelled();
    }
}

/// `doing`: "uploading the file /etc/motd".
inline void throw_if_stopped(const std::stop_token& stop, const std::string& doing) {
    if (stop.stop_requested()) {
        throw Error(ErrorKind::interrupted, "interrupted while " + doing);
    }
}

}  // namespace kiln::exec
