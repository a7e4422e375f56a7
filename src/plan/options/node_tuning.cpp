#include "plan/options/node_tuning.hpp"

#include <utility>

namespace kiln::plan {

namespace {

/// "0-3,8": what every reader of such lists understands; no strides.
bool is_cpu_list(const std::string& text) {
    bool digit = false;
    for (const char c : text) {
        if (c >= '0' && c <= '9') {
            digit = true;
        } else if ((c == '-' || c == ',') && digit) {
            digit = false;
        } else {
            return false;
        }
    }
    return digit;
}

void check_cores(const NodeTuningOptions& options, const CheckContext& context) {
    for (const auto& [name, value] :
         {std::pair{"isolated_cores", options.isolated_cores},
          {"housekeeping_cores", options.housekeeping_cores}}) {
        if (value && !is_cpu_list(*value)) {
            context.error(
                name, "\"" + *value + "\" is no CPU list", "write it as 2-15,18, without strides"
            );
        }
    }
    if (options.isolated_cores && !options.housekeeping_cores) {
        context.error(
            "isolated_cores",
            "isolated_cores needs housekeeping_cores: an image does not know the other CPUs of the "
            "machine"
        );
    }
    if (options.hugepages_gb < 0) {
        context.error("hugepages_gb", "hugepages_gb is 0 or more");
    }
}

void check_files(const NodeTuningOptions& options, const CheckContext& context) {
    for (const auto& [name, value] :
         {std::pair{"profile", options.profile},
          {"plan_file", options.plan_file},
          {"kiln_node", options.kiln_node}}) {
        if (value && context.is_missing(*value)) {
            context.error(name, "there is no file \"" + *value + "\"");
        }
    }
}

}  // namespace

const OptionTable& NodeTuningOptions::options() {
    using O = NodeTuningOptions;
    static const OptionTable table = OptionTable::of<O>({
        option<&O::profile>(
            "profile",
            {.help = "a kiln-node profile; the node is planned from it at its first boot"}
        ),
        option<&O::plan_file>(
            "plan_file", {.help = "a finished plan, as kiln-node plan --json writes it"}
        ),
        option<&O::isolated_cores>(
            "isolated_cores", {.help = "CPUs for the data plane, as a list such as 2-15,18"}
        ),
        option<&O::housekeeping_cores>(
            "housekeeping_cores", {.help = "the other CPUs of the machine"}
        ),
        option<&O::hugepages_gb>("hugepages_gb", {.help = "hugepages of 1 GiB"}),
        option<&O::hugepages_node>(
            "hugepages_node",
            {.help = "on the NUMA node of the isolated cores, or wherever there is room",
             .allowed = {"near", "any"}}
        ),
        option<&O::kernel_command_line>("kernel_command_line", {.help = "more kernel arguments"}),
        option<&O::modules>(
            "modules",
            {.help = "kernel modules that must be there for the kernel that boots, and should be "
                     "for every other installed one"}
        ),
        option<&O::kiln_node>(
            "kiln_node",
            {.help = "the kiln-node program to put there", .default_text = "beside kiln"}
        ),
        exactly_one({"profile", "plan_file", "isolated_cores"}),
        rule<&check_cores>("`isolated_cores` comes with `housekeeping_cores`; both are CPU lists."),
        rule<&check_files>("Files must exist."),
    });
    return table;
}

}  // namespace kiln::plan
