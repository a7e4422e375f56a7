#include "node/commands.hpp"

namespace kiln::node {

const std::vector<NodeCommand>& node_commands() {
    static const std::vector<NodeCommand> list = {
        {"facts", "show what the machine is, or capture it", run_facts},
        {"plan", "show what a profile would change, and why", run_plan},
        {"apply", "tune the node", run_apply},
        {"verify", "compare the running node with its plan", run_verify},
        {"modules", "look for modules in every installed kernel", run_modules},
        {"status", "show what phase the node is in, and why", run_status},
        {"watch", "report drift as it happens", run_watch},
        {"sriov-config", "print the device plugin's configuration", run_sriov_config},
        {"bind", "give network devices to user space", run_bind},
        {"unbind", "give them back to the kernel", run_unbind},
        {"bootstrap", "tune from HUGEPAGES_GB and ISOLATED_CORES", run_bootstrap},
        {"partition", "isolate CPUs now, without a reboot", run_partition},
        {"units", "install and enable the units alone", run_units},
        {"undo", "put back what was there before", run_undo},
    };
    return list;
}

}  // namespace kiln::node
