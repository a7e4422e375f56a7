#pragma once

#include "base/secret.hpp"
#include "execute/build_context.hpp"
#include "execute/builder/qemu/guest_values.hpp"

namespace kiln::exec::qemu {

class Vm;

/// Waits for boot_wait and types boot_command, or boot_steps, over VNC. Does nothing for a machine
/// without a screen or without something to type. Throws Error: the screen is out of reach, the
/// machine is gone, or {interrupted}.
void type_boot_command(
    const plan::QemuOptions& options,
    const GuestValues& values,
    const Secret& vnc_password,
    Vm& vm,
    const BuildContext& context
);

}  // namespace kiln::exec::qemu
