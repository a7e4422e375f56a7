#pragma once

#include "execute/communicator/ssh/ssh_pump.hpp"
#include "execute/communicator/ssh/ssh_session.hpp"

#include <thread>
#include <vector>

namespace kiln::exec {

/// The tunnels of a target, while it exists: ports of this machine that lead to what the far one
/// reaches, and ports of the far one that lead to what this machine reaches. Each is bound to its
/// side's loopback address only. A connection and a thread of their own carry them.
class SshTunnels {
public:
    /// Error{io} that names the port of this machine that can not be had, Error{network} for one of
    /// the far machine's; else what SshSession's constructor throws.
    SshTunnels(const SshTarget& target, const std::stop_token& stop);
    ~SshTunnels();
    SshTunnels(const SshTunnels&) = delete;
    SshTunnels& operator=(const SshTunnels&) = delete;

private:
    struct Listener {
        sys::UniqueFd socket;
        SshTunnel tunnel;
    };

    void listen_here(const SshTunnel& tunnel);
    void listen_there(const SshTunnel& tunnel);
    void carry(const std::stop_token& end);
    bool accept_here();
    bool accept_there(const std::stop_token& end);
    bool move_all();
    void wait() const;

    SshSession session_;
    std::vector<Listener> listeners_;
    std::vector<SshPump> pumps_;
    std::jthread carrier_;
};

}  // namespace kiln::exec
