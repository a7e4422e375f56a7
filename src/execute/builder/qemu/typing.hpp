#pragma once

#include "execute/build_context.hpp"
#include "plan/boot_command.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace kiln::exec::qemu {

class RfbClient;

/// Types `inputs`, with a pause of `interval` behind each key. `screen` may be null for waits
/// alone. Throws what the screen throws, and Error{interrupted}; before each key and wait `watch`
/// may throw, too (the machine is gone).
void type(
    const std::vector<plan::BootInput>& inputs,
    std::chrono::nanoseconds interval,
    RfbClient* screen,
    const std::function<void()>& watch,
    const BuildContext& context
);

/// Time between two keys: what the template says, PACKER_KEY_INTERVAL, or 100 ms.
std::chrono::nanoseconds key_interval(
    std::chrono::nanoseconds wanted, const std::map<std::string, std::string>& environment
);

}  // namespace kiln::exec::qemu
