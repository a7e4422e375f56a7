#pragma once

#include "execute/build_context.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::exec {

using ScriptVariables = std::map<std::string, std::string>;

/// The variables a script of the build sees: those of `environment_vars` ("K=V", the last wins),
/// over them those of `env`, and those every script gets (PACKER_BUILD_NAME, PACKER_BUILDER_TYPE,
/// and PACKER_HTTP_* when the builder serves files).
ScriptVariables script_variables(
    const BuildContext& context,
    const std::vector<std::string>& environment_vars,
    const std::map<std::string, std::string>& env
);

/// What stands for {{.Vars}}: each variable, by name, in `format` (name and value take the place of
/// its two %s). The values are fit for single quotes.
std::string format_variables(const ScriptVariables& variables, std::string_view format);

}  // namespace kiln::exec
