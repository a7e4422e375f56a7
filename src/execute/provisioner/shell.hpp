#pragma once

#include "execute/provisioner.hpp"
#include "plan/options/shell.hpp"

namespace kiln::exec {

/// Runs scripts on the machine.
std::unique_ptr<Provisioner> make_shell_provisioner(plan::ShellOptions options);

}  // namespace kiln::exec
