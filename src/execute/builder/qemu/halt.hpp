#pragma once

#include "execute/build_context.hpp"
#include "plan/options/qemu.hpp"

namespace kiln::exec::qemu {

class QemuMachine;

/// Brings the machine to its end: with shutdown_command, else with its power button; one that does
/// not listen to that is cut off after half a minute, its file systems synced. Without a
/// communicator it is waited for. Throws Error{timeout} after shutdown_timeout.
void halt(QemuMachine& machine, const plan::QemuOptions& options, const BuildContext& context);

}  // namespace kiln::exec::qemu
