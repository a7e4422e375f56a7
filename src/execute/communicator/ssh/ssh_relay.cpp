#include "execute/communicator/ssh/ssh_relay.hpp"

#include "base/error.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <poll.h>
#include <string_view>
#include <sys/socket.h>
#include <vector>

namespace kiln::exec {

namespace {

enum class Progress { none, some, ended };

constexpr std::size_t kPieceSize = std::size_t{64} << 10;

/// From the channel into the socket. What the socket does not take is kept, and nothing more is
/// fetched until it did: so the far side's window fills up, and it waits.
class Outward {
public:
    Outward(ssh_channel channel, int socket) : channel_(channel), socket_(socket) {}

    short events() const { return kept_.empty() ? 0 : POLLOUT; }

    Progress move() {
        if (kept_.empty() && !fetch()) {
            return Progress::ended;
        }
        if (kept_.empty()) {
            return Progress::none;
        }
        const ssize_t sent =
            ::send(socket_, kept_.data(), kept_.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0) {
            return errno == EAGAIN || errno == EINTR ? Progress::none : Progress::ended;
        }
        kept_.remove_prefix(static_cast<std::size_t>(sent));
        return Progress::some;
    }

private:
    /// False at the channel's end.
    bool fetch() {
        const int got =
            ssh_channel_read_nonblocking(channel_, buffer_.data(), kPieceSize, /*is_stderr=*/0);
        if (got > 0) {
            kept_ = {buffer_.data(), static_cast<std::size_t>(got)};
        }
        return got > 0 || (got == 0 && ssh_channel_is_eof(channel_) == 0 &&
                           ssh_channel_is_closed(channel_) == 0);
    }

    ssh_channel channel_;
    int socket_;
    std::vector<char> buffer_ = std::vector<char>(kPieceSize);
    std::string_view kept_;
};

/// From the socket into the channel, as much as its window has room for.
class Inward {
public:
    Inward(int socket, ssh_channel channel) : socket_(socket), channel_(channel) {}

    short events() const { return ssh_channel_window_size(channel_) > 0 ? POLLIN : 0; }

    Progress move() {
        const std::size_t room =
            std::min<std::size_t>(ssh_channel_window_size(channel_), kPieceSize);
        if (room == 0) {
            return Progress::none;
        }
        const ssize_t got = ::recv(socket_, buffer_.data(), room, MSG_DONTWAIT);
        if (got < 0) {
            return errno == EAGAIN || errno == EINTR ? Progress::none : Progress::ended;
        }
        return got > 0 && write({buffer_.data(), static_cast<std::size_t>(got)}) ? Progress::some
                                                                                 : Progress::ended;
    }

private:
    bool write(std::string_view bytes) {
        while (!bytes.empty()) {
            const int written =
                ssh_channel_write(channel_, bytes.data(), static_cast<std::uint32_t>(bytes.size()));
            if (written <= 0) {
                return false;
            }
            bytes.remove_prefix(static_cast<std::size_t>(written));
        }
        return true;
    }

    int socket_;
    ssh_channel channel_;
    std::vector<char> buffer_ = std::vector<char>(kPieceSize);
};

}  // namespace

SshRelay::SshRelay(const SshTarget& bastion, const SshLogin& machine, const std::stop_token& stop)
    : session_(bastion, stop), channel_(ssh_channel_new(session_.get())) {
    const std::string doing = "reaching " + machine.host + " port " + std::to_string(machine.port) +
                              " from the bastion " + bastion.machine.host;
    if (!channel_ || ssh_channel_open_forward(
                         channel_.get(), machine.host.c_str(), machine.port, "127.0.0.1", 0
                     ) != SSH_OK) {
        session_.lost(doing);
    }
    int pair[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
        throw system_error(doing, errno);
    }
    near_.reset(pair[0]);
    far_.reset(pair[1]);
    carrier_ = std::jthread([this](const std::stop_token& end) { carry(end); });
}

SshRelay::~SshRelay() {
    carrier_.request_stop();
    carrier_.join();
}

// By hand: where the channel's window is used up, libssh 0.10's own connector reads nothing from
// the socket and takes that for its end.
void SshRelay::carry(const std::stop_token& end) {
    Outward outward(channel_.get(), far_.get());
    Inward inward(far_.get(), channel_.get());
    while (!end.stop_requested()) {
        const Progress out = outward.move();
        const Progress in = inward.move();
        if (out == Progress::ended || in == Progress::ended) {
            break;
        }
        if (out == Progress::none && in == Progress::none) {
            constexpr int kLookMs = 50;
            // Nothing new is fetched while something is kept.
            const bool fetches = outward.events() == 0;
            pollfd waiting[] = {
                {far_.get(), static_cast<short>(outward.events() | inward.events()), 0},
                {ssh_get_fd(session_.get()), static_cast<short>(fetches ? POLLIN : 0), 0}};
            ::poll(waiting, 2, kLookMs);
        }
    }
    far_.reset();  // whoever reads the near end learns that the way is gone
}

}  // namespace kiln::exec
