#pragma once

#include "base/error.hpp"
#include "execute/go_text.hpp"
#include "sys/process_runner.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace kiln::exec {

/// Throws Error{command}, in Packer's words, when a script ended with none of `valid` codes.
inline void check_script_exit(sys::ExitStatus status, const std::vector<std::int64_t>& valid) {
    if (std::find(valid.begin(), valid.end(), status.code) == valid.end()) {
        throw Error(
            ErrorKind::command,
            "Script exited with non-zero exit status: " + std::to_string(status.code) +
                ". Allowed exit codes are: " + go_list(valid)
        );
    }
}

}  // namespace kiln::exec
