#pragma once

#include "execute/communicator/ssh/ssh_pump.hpp"
#include "execute/communicator/ssh/ssh_session.hpp"

#include <optional>
#include <thread>

namespace kiln::exec {

/// A way through a bastion: what goes into the socket comes out at a port of the far side. A thread
/// of its own carries the bytes.
class SshRelay {
public:
    SshRelay(const SshTarget& bastion, const SshLogin& machine, const std::stop_token& stop);
    ~SshRelay();
    SshRelay(const SshRelay&) = delete;
    SshRelay& operator=(const SshRelay&) = delete;

    /// To the bastion.
    std::chrono::microseconds round_trip() const { return session_.round_trip(); }
    /// The near end, once.
    sys::UniqueFd take_socket() { return std::move(near_); }

private:
    void carry(const std::stop_token& end);

    SshSession session_;
    std::optional<SshPump> pump_;
    sys::UniqueFd near_;
    std::jthread carrier_;
};

}  // namespace kiln::exec
