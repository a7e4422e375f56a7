#pragma once

#include "execute/communicator/ssh/ssh_communicator.hpp"
#include "execute/communicator/ssh/ssh_target_of.hpp"
#include "execute/machine.hpp"

namespace kiln::exec {

/// A machine that is reached over SSH.
class SshMachine final : public Machine {
public:
    /// Waits until it can be logged in to. `values` are what build.* gives; `open_way` as
    /// SshCommunicator takes it, `look` as wait_for_ssh does.
    SshMachine(
        SshTarget target,
        const SshPatience& patience,
        std::map<std::string, std::string> values,
        const BuildContext& context,
        SshCommunicator::OpenWay open_way = {},
        const std::function<void()>& look = {}
    );

    Communicator& communicator() override { return communicator_; }
    const std::map<std::string, std::string>& build_values() const override { return values_; }

private:
    SshCommunicator communicator_;
    std::map<std::string, std::string> values_;
};

/// What build.* tells of a machine that is reached so: ConnType, ID, Host, Port, User, ...
std::map<std::string, std::string> ssh_build_values(
    const plan::SshOptions& options, const std::string& host, int port, const std::string& id
);

/// HOME, SSH_AUTH_SOCK and the terminal of whoever runs kiln.
SshUser ssh_user_of(const BuildContext& context);

}  // namespace kiln::exec
