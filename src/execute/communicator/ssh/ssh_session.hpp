#pragma once

#include "execute/communicator/ssh/ssh_handles.hpp"
#include "execute/communicator/ssh/ssh_target.hpp"
#include "sys/unique_fd.hpp"

#include <memory>
#include <stop_token>
#include <string>

namespace kiln::exec {

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

    /// Error{network} with libssh's own words: the connection is lost.
    [[noreturn]] void lost(const std::string& doing) const;

private:
    sys::UniqueFd dial(const std::stop_token& stop);

    SshTarget target_;
    std::unique_ptr<SshRelay> relay_;  ///< through the bastion; outlives the session over it
    SshSessionHandle handle_;
    std::string host_key_;
};

}  // namespace kiln::exec
