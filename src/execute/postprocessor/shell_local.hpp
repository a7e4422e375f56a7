#pragma once

#include "execute/post_processor.hpp"
#include "plan/options/shell_local.hpp"

#include <memory>

namespace kiln::exec {

/// Runs scripts on this host once there is an artifact; hands that on as it is.
std::unique_ptr<PostProcessor> make_shell_local_post_processor(plan::ShellLocalOptions options);

}  // namespace kiln::exec
