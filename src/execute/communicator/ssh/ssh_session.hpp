#pragma once

#include "execute/communicator/ssh/ssh_handles.hpp"
#include "execute/communicator/ssh/ssh_target.hpp"
#include "sys/unique_fd.hpp"

#include <chrono>
#include <memory>
#include <stop_token>
#include <string>

namespace kiln::exec {

class SshLentAgent;
class SshRelay;

/// An SSH connection that is up and logged in. Used by one thread.
class SshSession {
public:
    /// Connects, checks the host key, logs in. Error{network} or Error{timeout} when the machine
    /// is not there (yet), Error{permission} when it refuses the login, Error{input} when it shows
    /// another host key than `target` names, or a key file can not be read.
    SshSession(const SshTarget& target, const std::stop_token& stop);
    ~SshSession();
    SshSession(const SshSession&) = delete;
    SshSession& operator=(const SshSession&) = delete;

    ssh_session get() const { return handle_.get(); }
    const SshTarget& target() const { return target_; }
    bool is_alive() const { return ssh_is_connected(handle_.get()) != 0; }

    /// The key that the machine showed: "ssh-ed25519 AAAA...".
    const std::string& host_key() const { return host_key_; }

    /// There and back again, as the kernel has measured it for the TCP connection to the machine,
    /// its bastion or its proxy; zero where it does not know.
    std::chrono::microseconds round_trip() const;

    /// What the target lends to the machine's commands; null when nothing.
    SshLentAgent* lent_agent() const { return lent_agent_.get(); }

    /// Error{network} with libssh's own words: the connection is lost.
    [[noreturn]] void lost(const std::string& doing) const;

private:
    sys::UniqueFd dial(const std::stop_token& stop);

    SshTarget target_;
    std::unique_ptr<SshRelay> relay_;  ///< through the bastion; outlives the session over it
    SshSessionHandle handle_;
    std::unique_ptr<SshLentAgent> lent_agent_;  ///< over handle_
    std::string host_key_;
};

}  // namespace kiln::exec
