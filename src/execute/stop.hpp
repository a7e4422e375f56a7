#pragma once

#include "base/error.hpp"

#include <stop_token>

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

}  // namespace kiln::exec
