#pragma once

#include "base/source.hpp"
#include "sys/file_system.hpp"
#include "sys/xdg.hpp"

#include <chrono>

namespace kiln::cli {

/// What all commands share; one for the process.
struct Session {
    SourceMap sources;  ///< lives until the last message that shows a line of it
    bool machine_readable = false;
    sys::Environment environment;
    sys::RealFileSystem real_files;
    sys::FileSystem& files = real_files;
    std::chrono::system_clock::time_point start = std::chrono::system_clock::now();

    /// "" when the variable is not set.
    std::string variable(const std::string& name) const {
        const auto found = environment.find(name);
        return found == environment.end() ? "" : found->second;
    }
};

}  // namespace kiln::cli
