#include "plan/options/null_builder.hpp"

namespace kiln::plan {

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
    });
    return table;
}

void NullBuilderOptions::check(const DecodedOptions& options, const CheckContext& context) {
    if (options.as<NullBuilderOptions>().communicator == "ssh") {
        context.error(
            options,
            "communicator",
            "builder \"null\" with communicator \"ssh\" is not supported yet",
            "use communicator = \"none\""
        );
    }
}

}  // namespace kiln::plan
