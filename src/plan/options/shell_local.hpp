#pragma once

#include "plan/option_table.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace kiln::plan {

/// Provisioner and post-processor `shell-local`: runs scripts on the engineer's own machine.
struct ShellLocalOptions {
    std::vector<std::string> inline_commands;
    std::optional<std::string> script;
    std::vector<std::string> scripts;
    std::optional<std::string> command;         ///< old spelling of one inline command
    std::optional<std::string> inline_shebang;  ///< absent: "/bin/sh -e"
    std::vector<std::string> environment_vars;  ///< "K=V"
    std::map<std::string, std::string> env;     ///< wins over environment_vars
    std::optional<std::string> env_var_format;
    /// Absent: ["/bin/sh", "-c", "{{.Vars}} {{.Script}}"]. One element: run by "sh -c".
    std::vector<std::string> execute_command;
    bool use_linux_pathing = false;  ///< of use on Windows only
    std::string tempfile_extension;
    std::vector<std::int64_t> valid_exit_codes = {0};
    std::vector<std::string> only_on;  ///< Go's names of systems ("linux"); empty: everywhere

    bool operator==(const ShellLocalOptions&) const = default;

    static const OptionTable& options();
};

}  // namespace kiln::plan
