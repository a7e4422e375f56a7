#pragma once

#include "plan/option_table.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace kiln::plan {

/// Provisioner `shell`: runs scripts on the machine.
struct ShellOptions {
    std::vector<std::string> inline_commands;  ///< joined by newlines to one script
    std::optional<std::string> script;
    std::vector<std::string> scripts;
    /// Absent: "/bin/sh -e", and not written when the text brings its own "#!".
    std::optional<std::string> inline_shebang;
    bool binary = false;  ///< false: CRLF becomes LF
    std::vector<std::int64_t> valid_exit_codes = {0};
    std::vector<std::string> environment_vars;  ///< "K=V"
    std::map<std::string, std::string> env;     ///< wins over environment_vars
    std::optional<std::string> env_var_format;
    std::optional<std::string> execute_command;
    bool use_env_var_file = false;
    std::string remote_folder = "/tmp";
    std::optional<std::string> remote_file;  ///< absent: script_N.sh, N random
    std::optional<std::string> remote_path;  ///< absent: remote_folder/remote_file
    std::chrono::nanoseconds start_retry_timeout = std::chrono::minutes(5);
    bool expect_disconnect = false;
    bool skip_clean = false;
    std::chrono::nanoseconds pause_after{0};

    bool operator==(const ShellOptions&) const = default;

    static const OptionTable& options();
};

}  // namespace kiln::plan
