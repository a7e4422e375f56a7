#include "execute/builder/ssh_machine.hpp"

#include "base/environment.hpp"
#include "execute/prompter.hpp"

#include <utility>

namespace kiln::exec {

SshMachine::SshMachine(
    SshTarget target,
    const SshPatience& patience,
    std::map<std::string, std::string> values,
    const BuildContext& context,
    SshCommunicator::OpenWay open_way,
    const std::function<void()>& look
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
    wait_for_ssh(communicator_, target.machine.host, patience, context, look);
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

namespace {

/// Whoever is at the terminal.
class PersonAtTerminal final : public SshPerson {
public:
    PersonAtTerminal(Prompter& prompter, std::string build)
        : prompter_(prompter), build_(std::move(build)) {}

    std::optional<Secret> answer(
        const std::string& question, bool answer_is_shown, const std::stop_token& stop
    ) override {
        const auto echo = answer_is_shown ? Prompter::Echo::shown : Prompter::Echo::hidden;
        const auto typed = prompter_.ask(build_, question, echo, stop);
        return typed ? std::make_optional<Secret>(*typed) : std::nullopt;
    }

private:
    Prompter& prompter_;
    std::string build_;
};

}  // namespace

SshUser ssh_user_of(const BuildContext& context) {
    const Environment& environment = context.effects.environment;
    SshUser user{variable(environment, "HOME"), variable(environment, "SSH_AUTH_SOCK"), nullptr};
    if (Prompter* prompter = context.options.prompter) {
        user.person = std::make_shared<PersonAtTerminal>(*prompter, context.build.name);
    }
    return user;
}

}  // namespace kiln::exec
