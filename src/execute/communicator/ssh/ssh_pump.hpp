#pragma once

#include "execute/communicator/ssh/ssh_handles.hpp"
#include "sys/unique_fd.hpp"

#include <poll.h>
#include <string_view>
#include <vector>

namespace kiln::exec {

/// Carries bytes both ways between a channel and a socket, without waiting. Used by the thread of
/// the channel's session.
///
/// By hand: where a channel's window is used up, libssh 0.10's own connector reads nothing from the
/// socket and takes that for its end.
class SshPump {
public:
    SshPump(SshChannelHandle channel, sys::UniqueFd socket);

    /// Carries what there is. False when there was nothing.
    bool move();
    /// Both sides have said all, or one of them is gone.
    bool has_ended() const { return out_ended_ && in_ended_; }

    /// What to wait for before the next move().
    pollfd waits_for() const;
    /// Whether it would take more from the channel: not while the socket has to take what is kept.
    bool fetches() const { return !out_ended_ && kept_.empty(); }

private:
    bool move_out();
    bool move_in();
    bool fetch();
    bool write(std::string_view bytes);
    void give_up() { out_ended_ = in_ended_ = true; }

    SshChannelHandle channel_;
    sys::UniqueFd socket_;
    std::vector<char> out_buffer_;
    std::vector<char> in_buffer_;
    std::string_view kept_;  ///< of out_buffer_: what the socket has not taken yet
    bool out_ended_ = false;
    bool in_ended_ = false;
};

}  // namespace kiln::exec
