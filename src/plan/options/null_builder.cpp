#include "plan/options/null_builder.hpp"

#include "plan/check.hpp"

namespace kiln::plan {

namespace {

void machine_is_named(const NullBuilderOptions& builder, const CheckContext& context) {
    const CommunicatorOptions& options = builder.communicator;
    const SshOptions& ssh = options.ssh;
    if (options.communicator == "winrm" && !options.winrm.winrm_host) {
        context.error("", "communicator \"winrm\" needs option \"winrm_host\"");
    }
    if (options.communicator != "ssh") {
        return;
    }
    if (!ssh.ssh_host) {
        context.error("", "communicator \"ssh\" needs option \"ssh_host\"");
    }
    if (!ssh.ssh_password && !ssh.ssh_private_key_file && !ssh.ssh_agent_auth) {
        context.error(
            "",
            "communicator \"ssh\" needs a way to log in",
            "give ssh_password or ssh_private_key_file, or set ssh_agent_auth = true"
        );
    }
}

}  // namespace

const OptionTable& NullBuilderOptions::options() {
    using O = NullBuilderOptions;
    static const OptionTable table = OptionTable::of<O>({
        include<&O::communicator>(),
        rule<&machine_is_named>(
            "Communicator `ssh` needs `ssh_host`, and a password, a key file or the agent; `winrm` "
            "needs `winrm_host`."
        ),
    });
    return table;
}

std::string NullBuilderOptions::obstacle() const {
    return communicator.obstacle();
}

}  // namespace kiln::plan
