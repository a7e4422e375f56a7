#pragma once

#include "execute/build_context.hpp"
#include "plan/options/qemu.hpp"

#include <string>

namespace kiln::exec::qemu {

class Vm;

/// Where the machine can be logged in to: ssh_host; this host, which forwards a port; or, on a
/// bridge, the address that this host sees behind `mac`, for which it waits. Throws Error{timeout}
/// and what Vm::require_running throws.
std::string wait_for_address(
    const plan::QemuOptions& options, const std::string& mac, Vm& vm, const BuildContext& context
);

}  // namespace kiln::exec::qemu
