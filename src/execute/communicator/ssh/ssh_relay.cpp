#include "execute/communicator/ssh/ssh_relay.hpp"

#include "base/error.hpp"

#include <cerrno>
#include <sys/socket.h>

namespace kiln::exec {

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

void SshRelay::carry(const std::stop_token& end) {
    const SshEventHandle event(ssh_event_new());
    const SshConnectorHandle inward(ssh_connector_new(session_.get()));
    const SshConnectorHandle outward(ssh_connector_new(session_.get()));
    ssh_connector_set_in_fd(inward.get(), far_.get());
    ssh_connector_set_out_channel(inward.get(), channel_.get(), SSH_CONNECTOR_STDOUT);
    ssh_connector_set_in_channel(outward.get(), channel_.get(), SSH_CONNECTOR_STDOUT);
    ssh_connector_set_out_fd(outward.get(), far_.get());
    ssh_event_add_connector(event.get(), inward.get());
    ssh_event_add_connector(event.get(), outward.get());
    constexpr int kLookMs = 50;
    while (!end.stop_requested() && ssh_channel_is_closed(channel_.get()) == 0 &&
           ssh_channel_is_eof(channel_.get()) == 0) {
        if (ssh_event_dopoll(event.get(), kLookMs) == SSH_ERROR) {
            break;
        }
    }
    ssh_event_remove_connector(event.get(), outward.get());
    ssh_event_remove_connector(event.get(), inward.get());
    far_.reset();  // whoever reads the near end learns that the way is gone
}

}  // namespace kiln::exec
