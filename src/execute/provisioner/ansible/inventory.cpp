#include "execute/provisioner/ansible/inventory.hpp"

#include "base/error.hpp"
#include "execute/run_text.hpp"

namespace kiln::exec {

namespace {

std::string host_line(
    const BuildContext& context, const plan::AnsibleOptions& options, const InventoryHost& host
) {
    if (options.inventory_file_template) {
        const std::string line = render_at_run(
            context,
            "inventory_file_template",
            *options.inventory_file_template,
            {{"HostAlias", options.host_alias},
             {"Host", host.address},
             {"User", host.user},
             {"Port", host.port}}
        );
        if (line.find("<no value>") != std::string::npos) {
            throw Error(
                ErrorKind::input,
                "inventory_file_template names a field that there is not: " +
                    *options.inventory_file_template
            )
                .set_hint("it knows .HostAlias, .Host, .User and .Port");
        }
        return line.ends_with('\n') ? line : line + "\n";
    }
    std::string line = options.host_alias + " ansible_host=" + host.address +
                       " ansible_user=" + host.user + " ansible_port=" + host.port;
    if (!host.connection.empty()) {
        line += " ansible_connection=" + host.connection;
    }
    return line + "\n";
}

}  // namespace

std::string inventory_text(
    const BuildContext& context, const plan::AnsibleOptions& options, const InventoryHost& host
) {
    const std::string line = host_line(context, options, host);
    std::string text = line;
    for (const std::string& group : options.groups) {
        text += "[" + group + "]\n" + line;
    }
    for (const std::string& group : options.empty_groups) {
        text += "[" + group + "]\n";
    }
    return text;
}

}  // namespace kiln::exec
