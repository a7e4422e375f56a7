#pragma once

#include "execute/provisioner.hpp"

namespace kiln::exec {

/// Runs a provisioner as its meta-arguments say. From the outside in: continue_on_error,
/// max_retries, then pause_before or timeout (a timeout is not used where there is a pause).
void run_with_meta_arguments(
    BuildContext& context,
    const plan::ProvisionerStep& step,
    Provisioner& provisioner,
    Machine& machine
);

}  // namespace kiln::exec
