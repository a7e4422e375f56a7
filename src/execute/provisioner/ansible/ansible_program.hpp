#pragma once

#include "execute/build_context.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::exec {

/// The environment of kiln with `variables` ("NAME=value") in it.
std::map<std::string, std::string> ansible_environment(
    const BuildContext& context, const std::vector<std::string>& variables
);

/// Throws Error{not_found} with the package to install when this host has no such program.
void require_ansible_program(
    const std::string& program, const std::map<std::string, std::string>& environment
);

/// "2.14.18" of what `ansible-playbook --version` writes ("ansible-playbook [core 2.14.18]", or
/// "ansible-playbook 2.9.27" of old); "" when there is none.
std::string ansible_version(std::string_view output);

/// Asks the program for its version. Throws Error{unsupported} when kiln's connection plugin does
/// not fit it.
void require_ansible_version(
    const BuildContext& context,
    const std::string& program,
    const std::map<std::string, std::string>& environment
);

}  // namespace kiln::exec
