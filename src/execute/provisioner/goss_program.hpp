#pragma once

#include "execute/build_context.hpp"
#include "execute/communicator/communicator.hpp"
#include "plan/options/goss.hpp"

namespace kiln::exec {

/// Puts goss's own program and the tests on the machine and runs it there: false when a test
/// failed. As the well-known plugin does it, and in the same places.
bool run_goss_program(
    BuildContext& context, Communicator& communicator, const plan::GossOptions& options
);

}  // namespace kiln::exec
