#pragma once

#include "execute/build_context.hpp"
#include "plan/options/shell_local.hpp"

namespace kiln::exec {

/// Runs the scripts of a shell-local provisioner or post-processor on this host, in the folder kiln
/// was started in. Throws Error{command} when one ends with a code that is not valid.
void run_local_scripts(BuildContext& context, const plan::ShellLocalOptions& options);

}  // namespace kiln::exec
