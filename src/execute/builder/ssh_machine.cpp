#include "execute/builder/ssh_machine.hpp"

#include <utility>

namespace kiln::exec {

SshMachine::SshMachine(
    SshTarget target,
    const SshPatience& patience,
    std::map<std::string, std::string> values,
    const BuildContext& context,
    SshCommunicator::OpenWay open_way
)
    : communicator_(target, std::move(open_way)), values_(std::move(values)) {
    communicator_.tell_of_transfers([&events = context.events, build = context.build.name](
                                        const std::string& what,
                                        std::int64_t done,
                                        std::int64_t total,
                                        bool finished
                                    ) {
        events.on_event(Progressed{build, what, done, total, Progressed::Unit::bytes, finished});
    });
    wait_for_ssh(communicator_, target.machine.host, patience, context);
    values_["Port"] = std::to_string(communicator_.port());
}

std::map<std::string, std::string> ssh_build_values(
    const plan::SshOptions& options, const std::string& host, int port, const std::string& id
) {
    return {
        {"ConnType", "ssh"},
        {"ID", id},
        {"Host", host},
        {"Port", std::to_string(port)},
        {"User", options.ssh_username.value_or("")},
        {"Password", options.ssh_password.value_or("")},
        {"SSHAgentAuth", options.ssh_agent_auth ? "true" : "false"}};
}

std::string home_of(const BuildContext& context) {
    const auto found = context.effects.environment.find("HOME");
    return found == context.effects.environment.end() ? "" : found->second;
}

}  // namespace kiln::exec
