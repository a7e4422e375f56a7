#include "plan/options/null_builder.hpp"

#include "plan/check.hpp"

namespace kiln::plan {

namespace {

void host_is_needed(const NullBuilderOptions& builder, const CheckContext& context) {
    if (builder.communicator == "ssh" && !builder.ssh_host) {
        context.error("", "communicator \"ssh\" needs option \"ssh_host\"");
    }
    if (builder.communicator == "ssh" && !builder.ssh_username) {
        context.error("", "communicator \"ssh\" needs option \"ssh_username\"");
    }
}

}  // namespace

const OptionTable& NullBuilderOptions::options() {
    using O = NullBuilderOptions;
    static const OptionTable table = OptionTable::of<O>({
        option<&O::communicator>(
            "communicator", {.help = "how the machine is reached", .allowed = {"none", "ssh"}}
        ),
        option<&O::ssh_host>("ssh_host", {.help = "address of the machine"}),
        option<&O::ssh_port>("ssh_port", {.help = "port of its SSH server"}),
        option<&O::ssh_username>("ssh_username", {.help = "user to log in as"}),
        option<&O::ssh_password>("ssh_password", {.help = "password of that user", .secret = true}),
        option<&O::ssh_private_key_file>(
            "ssh_private_key_file", {.help = "private key of that user"}
        ),
        rule<&host_is_needed>("Communicator `ssh` needs `ssh_host` and `ssh_username`."),
    });
    return table;
}

std::string NullBuilderOptions::obstacle() const {
    return communicator == "ssh" ? "kiln can not reach machines over SSH yet; communicator = "
                                   "\"none\" runs what needs no machine"
                                 : "";
}

}  // namespace kiln::plan
