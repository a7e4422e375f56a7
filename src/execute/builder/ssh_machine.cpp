#include "execute/builder/ssh_machine.hpp"

namespace kiln::exec {

namespace {

std::string home_of(const BuildContext& context) {
    const auto found = context.effects.environment.find("HOME");
    return found == context.effects.environment.end() ? "" : found->second;
}

}  // namespace

SshMachine::SshMachine(
    const plan::CommunicatorOptions& options,
    const std::string& host,
    const std::string& id,
    const BuildContext& context
)
    : communicator_(
          ssh_target_of(options.ssh, host, static_cast<int>(options.ssh.ssh_port), home_of(context))
      ),
      values_{
          {"ConnType", "ssh"},
          {"ID", id},
          {"Host", host},
          {"Port", std::to_string(options.ssh.ssh_port)},
          {"User", options.ssh.ssh_username.value_or("")},
          {"Password", options.ssh.ssh_password.value_or("")},
          {"SSHAgentAuth", options.ssh.ssh_agent_auth ? "true" : "false"}} {
    wait_for_ssh(communicator_, host, ssh_patience_of(options), context);
}

}  // namespace kiln::exec
