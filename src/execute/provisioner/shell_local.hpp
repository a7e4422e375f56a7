#pragma once

#include "execute/provisioner.hpp"
#include "plan/options/shell_local.hpp"

namespace kiln::exec {

/// Runs scripts on this host between the steps of a build.
std::unique_ptr<Provisioner> make_shell_local_provisioner(plan::ShellLocalOptions options);

}  // namespace kiln::exec
