#pragma once

#include "base/error.hpp"

#include <cstdint>
#include <functional>
#include <stop_token>

namespace kiln::disk {

/// How a long write is watched and ended.
struct WriteControl {
    std::stop_token stop;
    std::function<void(std::int64_t bytes)> on_bytes;  ///< handled since the last call
};

/// Throws Error (interrupted) when a stop was requested.
inline void throw_if_stopped(const std::stop_token& stop) {
    if (stop.stop_requested()) {
        throw Error(ErrorKind::interrupted, "interrupted");
    }
}

}  // namespace kiln::disk
