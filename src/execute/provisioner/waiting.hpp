#pragma once

#include "execute/provisioner.hpp"
#include "plan/options/breakpoint.hpp"
#include "plan/options/sleep.hpp"

namespace kiln::exec {

/// Waits for some time.
std::unique_ptr<Provisioner> make_sleep_provisioner(plan::SleepOptions options);
/// Waits for the user. Where there is nobody to ask it says so and goes on.
std::unique_ptr<Provisioner> make_breakpoint_provisioner(plan::BreakpointOptions options);

}  // namespace kiln::exec
