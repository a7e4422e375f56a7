#include "execute/provisioner/ansible/ansible_program.hpp"

#include "base/environment.hpp"
#include "base/error.hpp"
#include "base/strings.hpp"
#include "sys/process_runner.hpp"

#include <re2/re2.h>
#include <utility>

namespace kiln::exec {

namespace {

// The first whose connection plugins declare their options as kiln.py does, and whose Python is 3.
constexpr std::pair<int, int> kOldestVersion = {2, 10};

}  // namespace

std::map<std::string, std::string> ansible_environment(
    const BuildContext& context, const std::vector<std::string>& variables
) {
    std::map<std::string, std::string> environment = context.effects.environment;
    for (const std::string& variable : variables) {
        const std::size_t equals = variable.find('=');
        if (equals != std::string::npos) {
            environment[variable.substr(0, equals)] = variable.substr(equals + 1);
        }
    }
    return environment;
}

void require_ansible_program(
    const std::string& program, const std::map<std::string, std::string>& environment
) {
    const std::string folders = variable(environment, "PATH", "/usr/bin:/bin");
    const std::size_t slash = program.rfind('/');
    const bool is_there =
        slash == std::string::npos
            ? sys::find_program(program, folders).has_value()
            : sys::find_program(program.substr(slash + 1), program.substr(0, slash + 1))
                  .has_value();
    if (!is_there) {
        throw Error(ErrorKind::not_found, "there is no program " + program + " on this host")
            .set_hint(
                "install the Debian package ansible-core (pip and dnf know it by that name, "
                "too), or name the program where it is"
            );
    }
}

std::string ansible_version(std::string_view output) {
    static const RE2 pattern(R"(^ansible\S* \[?(?:core )?(\d+\.\d+[0-9.]*))");
    std::string version;
    RE2::PartialMatch(re2::StringPiece(output.data(), output.size()), pattern, &version);
    return version;
}

void require_ansible_version(
    const BuildContext& context,
    const std::string& program,
    const std::map<std::string, std::string>& environment
) {
    const std::string output = sys::run_checked(
        context.effects.processes,
        {.argv = {program, "--version"}, .environment = environment},
        context.stop
    );
    const std::string version = ansible_version(output);
    const std::vector<std::string> parts = split(version, '.');
    if (parts.size() < 2) {
        throw Error(ErrorKind::unsupported, program + " --version does not say which version it is")
            .set_hint("skip_version_check = true uses it all the same");
    }
    if (std::pair(std::stoi(parts[0]), std::stoi(parts[1])) < kOldestVersion) {
        throw Error(
            ErrorKind::unsupported,
            program + " is version " + version + "; kiln needs 2.10 or later"
        );
    }
}

}  // namespace kiln::exec
