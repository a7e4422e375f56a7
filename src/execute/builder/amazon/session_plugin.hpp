#pragma once

#include "aws/session_manager.hpp"
#include "execute/build_context.hpp"
#include "sys/process_runner.hpp"

#include <string>
#include <string_view>

namespace kiln::exec {

/// The program that carries a session of the Systems Manager: Amazon's session-manager-plugin.
struct SessionPlugin {
    std::string program;  ///< its path
    std::string version;  ///< "1.2.707.0"

    bool operator==(const SessionPlugin&) const = default;
};

/// Looks for it in PATH and asks its version. Error{not_found} that says where it comes from.
SessionPlugin find_session_plugin(const BuildContext& context);

/// Whether a plugin of this version takes the session from an environment variable, which other
/// users do not see, instead of from its arguments, which they do. Versions after 1.2.497.0 do.
bool takes_session_by_variable(std::string_view version);

/// How the AWS CLI calls it. `profile` may be "".
sys::Command plugin_command(
    const SessionPlugin& plugin,
    const aws::PortSession& session,
    const std::string& region,
    const std::string& profile,
    const std::string& endpoint,
    std::map<std::string, std::string> environment
);

}  // namespace kiln::exec
