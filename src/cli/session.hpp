#pragma once

#include "base/environment.hpp"
#include "base/source.hpp"
#include "sys/file_system.hpp"
#include "sys/xdg.hpp"

#include <chrono>

namespace kiln::cli {

/// What all commands share; one for the process.
struct Session {
    SourceMap sources;  ///< lives until the last message that shows a line of it
    bool machine_readable = false;
    bool as_packer = false;  ///< called by the name "packer": its help, streams and exit codes
    bool color = false;      ///< messages go to a terminal that wants colours
    bool json = false;       ///< -json: messages are records, one a line
    Environment environment;
    sys::RealFileSystem real_files;
    sys::FileSystem& files = real_files;
    std::chrono::system_clock::time_point start = std::chrono::system_clock::now();

    /// "" when the variable is not set.
    std::string variable(const std::string& name) const {
        return kiln::variable(environment, name);
    }
};

}  // namespace kiln::cli
