#pragma once

#include "execute/communicator/ssh/ssh_communicator.hpp"
#include "execute/communicator/ssh/ssh_target_of.hpp"
#include "execute/machine.hpp"

namespace kiln::exec {

/// A machine that is there already and is reached over SSH.
class SshMachine final : public Machine {
public:
    /// Waits until it can be logged in to. `id` is what `build.ID` gives.
    SshMachine(
        const plan::CommunicatorOptions& options,
        const std::string& host,
        const std::string& id,
        const BuildContext& context
    );

    Communicator& communicator() override { return communicator_; }
    const std::map<std::string, std::string>& build_values() const override { return values_; }

private:
    SshCommunicator communicator_;
    std::map<std::string, std::string> values_;
};

}  // namespace kiln::exec
