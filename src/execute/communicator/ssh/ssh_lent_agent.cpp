#include "execute/communicator/ssh/ssh_lent_agent.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <utility>

namespace kiln::exec {

namespace {

/// Nothing when nobody listens there.
sys::UniqueFd connect_to_socket(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) {
        return {};
    }
    path.copy(address.sun_path, path.size());
    sys::UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const auto* generic = reinterpret_cast<const sockaddr*>(&address);
    return ::connect(socket.get(), generic, sizeof address) == 0 ? std::move(socket)
                                                                 : sys::UniqueFd();
}

}  // namespace

SshLentAgent::SshLentAgent(ssh_session session, std::string socket) : socket_(std::move(socket)) {
    callbacks_.userdata = this;
    callbacks_.channel_open_request_auth_agent_function = take_request;
    ssh_callbacks_init(&callbacks_);
    ssh_set_callbacks(session, &callbacks_);
}

void SshLentAgent::lend(ssh_channel channel) {
    // No answer comes: a server that forbids it leaves its commands without an agent.
    ssh_channel_request_auth_agent(channel);
}

ssh_channel SshLentAgent::take_request(ssh_session session, void* self) {
    sys::UniqueFd socket = connect_to_socket(static_cast<SshLentAgent*>(self)->socket_);
    SshChannelHandle channel(socket ? ssh_channel_new(session) : nullptr);
    const ssh_channel opened = channel.get();
    if (opened != nullptr) {
        static_cast<SshLentAgent*>(self)->pumps_.emplace_back(
            std::move(channel), std::move(socket)
        );
    }
    return opened;
}

void SshLentAgent::move() {
    for (SshPump& pump : pumps_) {
        while (pump.move()) {
        }
    }
    pumps_.remove_if([](const SshPump& pump) { return pump.has_ended(); });
}

}  // namespace kiln::exec
