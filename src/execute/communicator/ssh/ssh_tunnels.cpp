#include "execute/communicator/ssh/ssh_tunnels.hpp"

#include "base/error.hpp"
#include "execute/communicator/ssh/tcp_connect.hpp"
#include "net/local_port.hpp"

#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <libssh/server.h>
#include <sys/socket.h>
#include <utility>

namespace kiln::exec {

namespace {

constexpr int kBacklog = 16;

std::string words_of(const SshTunnel& tunnel) {
    return std::to_string(tunnel.port) + ":" + tunnel.host + ":" + std::to_string(tunnel.host_port);
}

}  // namespace

SshTunnels::SshTunnels(const SshTarget& target, const std::stop_token& stop)
    : session_(target, stop) {
    for (const SshTunnel& tunnel : target.local_tunnels) {
        listen_here(tunnel);
    }
    for (const SshTunnel& tunnel : target.remote_tunnels) {
        listen_there(tunnel);
    }
    carrier_ = std::jthread([this](const std::stop_token& end) { carry(end); });
}

SshTunnels::~SshTunnels() {
    carrier_.request_stop();
    carrier_.join();
}

void SshTunnels::listen_here(const SshTunnel& tunnel) {
    sys::UniqueFd socket = net::bind_to_loopback(tunnel.port);
    if (!socket || ::fcntl(socket.get(), F_SETFL, O_NONBLOCK) != 0 ||
        ::listen(socket.get(), kBacklog) != 0) {
        throw system_error("opening the tunnel " + words_of(tunnel) + " on this machine", errno);
    }
    listeners_.push_back({std::move(socket), tunnel});
}

void SshTunnels::listen_there(const SshTunnel& tunnel) {
    if (ssh_channel_listen_forward(session_.get(), "localhost", tunnel.port, nullptr) != SSH_OK) {
        session_.lost("opening the tunnel " + words_of(tunnel) + " on the machine");
    }
}

void SshTunnels::carry(const std::stop_token& end) {
    auto spoken = std::chrono::steady_clock::now();
    const auto interval = session_.target().keep_alive_interval;
    while (!end.stop_requested() && session_.is_alive()) {
        const bool came_here = accept_here();
        const bool came_there = accept_there(end);
        const bool moved = move_all();
        if (!came_here && !came_there && !moved) {
            wait();
        }
        if (interval.count() > 0 && std::chrono::steady_clock::now() - spoken > interval) {
            ssh_send_keepalive(session_.get());
            spoken = std::chrono::steady_clock::now();
        }
    }
    pumps_.clear();
    listeners_.clear();
}

bool SshTunnels::accept_here() {
    bool came = false;
    for (const Listener& listener : listeners_) {
        sys::UniqueFd socket(::accept4(listener.socket.get(), nullptr, nullptr, SOCK_CLOEXEC));
        if (!socket) {
            continue;
        }
        came = true;
        SshChannelHandle channel(ssh_channel_new(session_.get()));
        // What can not be reached is told as TCP tells it: the connection ends.
        if (channel && ssh_channel_open_forward(
                           channel.get(),
                           listener.tunnel.host.c_str(),
                           listener.tunnel.host_port,
                           "127.0.0.1",
                           listener.tunnel.port
                       ) == SSH_OK) {
            pumps_.emplace_back(std::move(channel), std::move(socket));
        }
    }
    return came;
}

bool SshTunnels::accept_there(const std::stop_token& end) {
    if (session_.target().remote_tunnels.empty()) {
        return false;
    }
    int port = 0;
    SshChannelHandle channel(
        ssh_channel_open_forward_port(session_.get(), 0, &port, nullptr, nullptr)
    );
    if (!channel) {
        return false;
    }
    for (const SshTunnel& tunnel : session_.target().remote_tunnels) {
        if (tunnel.port == port) {
            try {
                pumps_.emplace_back(
                    std::move(channel),
                    tcp_connect(
                        tunnel.host, tunnel.host_port, session_.target().connect_timeout, end
                    )
                );
            } catch (const Error&) {
                // Nothing listens here: the far side sees its connection end.
            }
            break;
        }
    }
    return true;
}

bool SshTunnels::move_all() {
    bool moved = false;
    for (SshPump& pump : pumps_) {
        moved = pump.move() || moved;
    }
    std::erase_if(pumps_, [](const SshPump& pump) { return pump.has_ended(); });
    return moved;
}

void SshTunnels::wait() const {
    constexpr int kLookMs = 50;
    bool fetches = pumps_.empty();
    std::vector<pollfd> waiting;
    for (const Listener& listener : listeners_) {
        waiting.push_back({listener.socket.get(), POLLIN, 0});
    }
    for (const SshPump& pump : pumps_) {
        waiting.push_back(pump.waits_for());
        fetches = fetches || pump.fetches();
    }
    waiting.push_back({ssh_get_fd(session_.get()), static_cast<short>(fetches ? POLLIN : 0), 0});
    ::poll(waiting.data(), waiting.size(), kLookMs);
}

}  // namespace kiln::exec
