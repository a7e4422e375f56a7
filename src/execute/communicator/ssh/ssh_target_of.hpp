#pragma once

#include "execute/communicator/ssh/ssh_target.hpp"
#include "execute/communicator/ssh/wait_for_ssh.hpp"
#include "plan/options/communicator.hpp"

namespace kiln::exec {

/// What a template's ssh_ options say of the machine at `host` and `port`; `home` is what "~"
/// stands for in the names of key files.
SshTarget ssh_target_of(
    const plan::SshOptions& options, const std::string& host, int port, const std::string& home
);

/// And of the time it may take.
SshPatience ssh_patience_of(const plan::CommunicatorOptions& options);

}  // namespace kiln::exec
