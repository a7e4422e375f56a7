#include "execute/builder/amazon/session_plugin.hpp"

#include "base/environment.hpp"
#include "base/error.hpp"
#include "base/strings.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

namespace kiln::exec {

namespace {

constexpr const char* kPluginName = "session-manager-plugin";
// aws-cli, customizations/sessionmanager.py: the name that is given in place of the answer.
constexpr const char* kSessionVariable = "AWS_SSM_START_SESSION_RESPONSE";
// The last one that knows of no variable (same place).
constexpr std::array<int, 4> kLastWithoutVariable = {1, 2, 497, 0};

}  // namespace

bool takes_session_by_variable(std::string_view version) {
    std::array<int, 4> numbers{};
    const std::vector<std::string> parts = split(version, '.');
    for (std::size_t i = 0; i < std::min(parts.size(), numbers.size()); ++i) {
        const std::string& part = parts[i];
        const auto [end, error] =
            std::from_chars(part.data(), part.data() + part.size(), numbers.at(i));
        if (error != std::errc() || end != part.data() + part.size()) {
            return false;
        }
    }
    return numbers > kLastWithoutVariable;
}

SessionPlugin find_session_plugin(const BuildContext& context) {
    const auto program = sys::find_program(
        kPluginName, variable(context.effects.environment, "PATH", "/usr/local/bin:/usr/bin:/bin")
    );
    if (!program) {
        throw Error(
            ErrorKind::not_found,
            "ssh_interface = \"session_manager\" needs the program session-manager-plugin, which "
            "is not in PATH"
        )
            .set_hint(
                "install Amazon's package session-manager-plugin: "
                "https://docs.aws.amazon.com/systems-manager/latest/userguide/"
                "session-manager-working-with-install-plugin.html"
            );
    }
    const std::string version = sys::run_checked(
        context.effects.processes,
        {.argv = {program->string(), "--version"}, .environment = context.effects.environment},
        context.stop
    );
    return {program->string(), std::string(trim(version))};
}

sys::Command plugin_command(
    const SessionPlugin& plugin,
    const aws::PortSession& session,
    const std::string& region,
    const std::string& profile,
    const std::string& endpoint,
    std::map<std::string, std::string> environment
) {
    std::string handle = session.answer.reveal();
    if (takes_session_by_variable(plugin.version)) {
        environment[kSessionVariable] = handle;
        handle = kSessionVariable;
    }
    return {
        .argv =
            {plugin.program, handle, region, "StartSession", profile, session.request, endpoint},
        .environment = std::move(environment)};
}

}  // namespace kiln::exec
