#include "execute/communicator/ssh/ssh_relay.hpp"

#include "base/error.hpp"

#include <cerrno>
#include <sys/socket.h>
#include <utility>

namespace kiln::exec {

SshRelay::SshRelay(const SshTarget& bastion, const SshLogin& machine, const std::stop_token& stop)
    : session_(bastion, stop) {
    const std::string doing = "reaching " + machine.host + " port " + std::to_string(machine.port) +
                              " from the bastion " + bastion.machine.host;
    SshChannelHandle channel(ssh_channel_new(session_.get()));
    if (!channel || ssh_channel_open_forward(
                        channel.get(), machine.host.c_str(), machine.port, "127.0.0.1", 0
                    ) != SSH_OK) {
        session_.lost(doing);
    }
    int pair[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
        throw system_error(doing, errno);
    }
    near_.reset(pair[0]);
    pump_.emplace(std::move(channel), sys::UniqueFd(pair[1]));
    carrier_ = std::jthread([this](const std::stop_token& end) { carry(end); });
}

SshRelay::~SshRelay() {
    carrier_.request_stop();
    carrier_.join();
}

void SshRelay::carry(const std::stop_token& end) {
    while (!end.stop_requested() && !pump_->has_ended()) {
        if (!pump_->move()) {
            constexpr int kLookMs = 50;
            pollfd waiting[] = {
                pump_->waits_for(),
                {ssh_get_fd(session_.get()), static_cast<short>(pump_->fetches() ? POLLIN : 0), 0}};
            ::poll(waiting, 2, kLookMs);
        }
    }
    pump_.reset();  // whoever reads the near end learns that the way is gone
}

}  // namespace kiln::exec
