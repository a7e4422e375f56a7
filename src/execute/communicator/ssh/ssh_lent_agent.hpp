#pragma once

#include "execute/communicator/ssh/ssh_pump.hpp"

#include <libssh/callbacks.h>
#include <list>
#include <string>

namespace kiln::exec {

/// The SSH agent of this machine, lent to the commands of the far one for as long as the session is
/// up. Whatever asks it there gets a channel of its own. Used by the thread of the session, which
/// it must not outlive; an agent that can not be reached is one that the far side is refused.
/// OpenSSH's PROTOCOL.agent and draft-ietf-sshm-ssh-agent name the requests.
class SshLentAgent {
public:
    SshLentAgent(ssh_session session, std::string socket);
    SshLentAgent(const SshLentAgent&) = delete;
    SshLentAgent& operator=(const SshLentAgent&) = delete;

    /// For the command that `channel` is about to start.
    void lend(ssh_channel channel);
    /// Carries what there is.
    void move();
    /// Something asks the agent now, and waits for move().
    bool is_asked() const { return !pumps_.empty(); }

private:
    static ssh_channel take_request(ssh_session session, void* self);

    std::string socket_;
    ssh_callbacks_struct callbacks_{};
    std::list<SshPump> pumps_;  ///< another may come while one moves
};

}  // namespace kiln::exec
