#include "execute/communicator/ssh/ssh_pump.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <sys/socket.h>
#include <utility>

namespace kiln::exec {

namespace {

constexpr std::size_t kPumpBytes = std::size_t{64} << 10;

}  // namespace

SshPump::SshPump(SshChannelHandle channel, sys::UniqueFd socket)
    : channel_(std::move(channel)),
      socket_(std::move(socket)),
      out_buffer_(kPumpBytes),
      in_buffer_(kPumpBytes) {}

bool SshPump::move() {
    const bool out = !out_ended_ && move_out();
    const bool in = !in_ended_ && move_in();
    return out || in;
}

pollfd SshPump::waits_for() const {
    const bool reads = !in_ended_ && ssh_channel_window_size(channel_.get()) > 0;
    return {
        socket_.get(), static_cast<short>((kept_.empty() ? 0 : POLLOUT) | (reads ? POLLIN : 0)), 0};
}

/// From the channel into the socket. What the socket does not take is kept, and nothing more is
/// fetched until it did: so the far side's window fills up, and it waits.
bool SshPump::move_out() {
    if (kept_.empty() && !fetch()) {
        ::shutdown(socket_.get(), SHUT_WR);
        out_ended_ = true;
        return true;
    }
    if (kept_.empty()) {
        return false;
    }
    const ssize_t sent =
        ::send(socket_.get(), kept_.data(), kept_.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0) {
        if (errno == EAGAIN || errno == EINTR) {
            return false;
        }
        give_up();
        return true;
    }
    kept_.remove_prefix(static_cast<std::size_t>(sent));
    return true;
}

/// False at the channel's end.
bool SshPump::fetch() {
    const int got = ssh_channel_read_nonblocking(
        channel_.get(), out_buffer_.data(), kPumpBytes, /*is_stderr=*/0
    );
    if (got > 0) {
        kept_ = {out_buffer_.data(), static_cast<std::size_t>(got)};
        return true;
    }
    if (got == SSH_ERROR || ssh_channel_is_closed(channel_.get()) != 0) {
        in_ended_ = true;  // nobody is there to hear the rest
        return false;
    }
    return got == 0 && ssh_channel_is_eof(channel_.get()) == 0;
}

/// From the socket into the channel, as much as its window has room for.
bool SshPump::move_in() {
    const std::size_t room =
        std::min<std::size_t>(ssh_channel_window_size(channel_.get()), kPumpBytes);
    if (room == 0) {
        return false;
    }
    const ssize_t got = ::recv(socket_.get(), in_buffer_.data(), room, MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
        return false;
    }
    if (got == 0) {
        ssh_channel_send_eof(channel_.get());
        in_ended_ = true;
    } else if (got < 0 || !write({in_buffer_.data(), static_cast<std::size_t>(got)})) {
        give_up();
    }
    return true;
}

bool SshPump::write(std::string_view bytes) {
    while (!bytes.empty()) {
        const int written = ssh_channel_write(
            channel_.get(), bytes.data(), static_cast<std::uint32_t>(bytes.size())
        );
        if (written <= 0) {
            return false;
        }
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

}  // namespace kiln::exec
