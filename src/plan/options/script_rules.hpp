#pragma once

#include "plan/check.hpp"
#include "plan/option_table.hpp"

#include <optional>
#include <string>
#include <vector>

namespace kiln::plan {

void check_scripts(
    const std::optional<std::string>& script,
    const std::vector<std::string>& scripts,
    const CheckContext& context
);

template <class Options>
void check_scripts_of(const Options& options, const CheckContext& context) {
    check_scripts(options.script, options.scripts, context);
}

/// Options "script" and "scripts" name files that exist.
template <class Options>
OptionRule scripts_exist() {
    return rule<&check_scripts_of<Options>>("Scripts must exist.");
}

template <class Options>
void check_environment_of(const Options& options, const CheckContext& context) {
    check_environment("environment_vars", options.environment_vars, context);
}

template <class Options>
OptionRule environment_is_written() {
    return rule<&check_environment_of<Options>>("Each of `environment_vars` is `NAME=value`.");
}

}  // namespace kiln::plan
