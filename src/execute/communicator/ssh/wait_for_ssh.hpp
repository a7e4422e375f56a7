#pragma once

#include "execute/build_context.hpp"
#include "execute/communicator/ssh/ssh_communicator.hpp"

#include <chrono>
#include <functional>

namespace kiln::exec {

/// How long a machine may take until it can be logged in to.
struct SshPatience {
    std::chrono::nanoseconds timeout{std::chrono::minutes(5)};  ///< zero: for ever
    std::int64_t login_attempts = 10;                           ///< zero: any number
    std::chrono::nanoseconds pause_before_connecting{0};
};

/// Connects, however often it takes, and tells what it waits for in Packer's words. Throws
/// Error{timeout} when the time is over and Error{permission} when the machine has refused the
/// login too often; what can not get better (a key file that can not be read, a wrong host key) at
/// once. `look`, which may be empty, is called before each attempt but the first and throws where
/// there is nothing to wait for any more.
void wait_for_ssh(
    SshCommunicator& communicator,
    const std::string& host,
    const SshPatience& patience,
    const BuildContext& context,
    const std::function<void()>& look = {}
);

}  // namespace kiln::exec
