#pragma once

#include "execute/communicator/ssh/ssh_target.hpp"
#include "execute/communicator/ssh/wait_for_ssh.hpp"
#include "plan/options/communicator.hpp"

namespace kiln::exec {

/// Of whoever runs kiln.
struct SshUser {
    std::string home;                   ///< what "~" stands for in the names of key files
    std::string agent_socket;           ///< of the SSH agent that runs; "" when none does
    std::shared_ptr<SshPerson> person;  ///< null when nobody can be asked
};

/// What a template's ssh_ options say of the machine at `host` and `port`. Error{input} when a
/// person is to answer and there is none.
SshTarget ssh_target_of(
    const plan::SshOptions& options, const std::string& host, int port, const SshUser& user
);

/// And of the time it may take.
SshPatience ssh_patience_of(const plan::CommunicatorOptions& options);

}  // namespace kiln::exec
