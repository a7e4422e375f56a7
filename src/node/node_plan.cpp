#include "node/node_plan.hpp"

#include "base/strings.hpp"
#include "node/changes_json.hpp"
#include "node/kubelet_drop_in.hpp"
#include "node/sriov_config.hpp"
#include "node/units.hpp"

#include <algorithm>

namespace kiln::node {

namespace {

const std::string kSysctlPath = "/etc/sysctl.d/99-zz-kiln-node.conf";

/// Settings that kubelet, with protectKernelDefaults as on EKS, refuses to start without.
constexpr const char* kKubeletsSysctls[] = {
    "vm.overcommit_memory",
    "vm.panic_on_oom",
    "kernel.panic",
    "kernel.panic_on_oops",
    "kernel.keys.root_maxkeys",
    "kernel.keys.root_maxbytes",
};

class ChangeList {
public:
    ChangeList(
        const Profile& profile, const NodeFacts& facts, NodePlan& plan, Diagnostics& diagnostics
    )
        : profile_(profile), facts_(facts), plan_(plan), diagnostics_(diagnostics) {}

    void fill(const std::string& binary) {
        add_sysctls();
        add_modules();
        add_coredump();
        if (!plan_.isolated.empty()) {
            add_isolation();
        }
        add_kubelet();
        add_pages();
        add_nics();
        for (NodeAction& action : unit_actions(binary)) {
            add(std::move(action));
        }
        // Beyond this point nothing is added.
        plan_.changes.on_failure = profile_.on_failure;
        plan_.changes.hash = hash_of(plan_.changes);
    }

private:
    void add(NodeAction action) { plan_.changes.actions.push_back(std::move(action)); }

    // A file of sysctl.d sets a value whatever it was, so it holds the exact ones; what must only
    // not be lower is raised by kiln-node in each boot.
    void add_sysctls() {
        std::string text = kOwnedHeader;
        for (const SysctlSetting& setting : profile_.sysctls) {
            if (std::find(std::begin(kKubeletsSysctls), std::end(kKubeletsSysctls), setting.key) !=
                std::end(kKubeletsSysctls)) {
                diagnostics_.error(
                    setting.range,
                    setting.key + " is kubelet's: it does not start when the value is another",
                    "leave it out"
                );
            }
            const bool at_least = setting.rule == SetKernelValue::Rule::at_least;
            if (!at_least) {
                text += setting.key + " = " + setting.value + "\n";
            }
            add(SetKernelValue{
                .path = "/proc/sys/" + replace_all(setting.key, ".", "/"),
                .value = setting.value,
                .rule = setting.rule,
                .reason =
                    at_least ? "the profile asks for at least this" : "the profile asks for it"});
        }
        if (text != kOwnedHeader) {
            add(WriteFile{kSysctlPath, text, 0644, "the same from the start of each boot"});
        }
    }

    // The unsafe mode is for machines without an IOMMU only.
    std::vector<std::string> options_of(const ModuleRequest& module) const {
        std::vector<std::string> options = module.options;
        if (facts_.has_iommu) {
            std::erase_if(options, [](const std::string& option) {
                return option.starts_with("enable_unsafe_noiommu_mode=");
            });
        }
        return options;
    }

    void add_modules() {
        std::string loaded = kOwnedHeader;
        std::string configured = kOwnedHeader;
        for (const ModuleRequest& module : profile_.modules) {
            const std::vector<std::string> options = options_of(module);
            if (!options.empty()) {
                configured += "options " + replace_all(module.name, "-", "_") + " " +
                              join(options, " ") + "\n";
            }
            // systemd-modules-load fails over a module that is not there; kiln-node does not.
            if (!module.optional) {
                loaded += module.name + "\n";
            }
            add(LoadModule{module.name, options, module.optional, "the profile asks for it"});
        }
        if (configured != kOwnedHeader) {
            add(WriteFile{
                "/etc/modprobe.d/kiln-node.conf", configured, 0644, "options, whoever loads them"});
        }
        if (loaded != kOwnedHeader) {
            add(WriteFile{
                "/etc/modules-load.d/kiln-node.conf", loaded, 0644, "loaded early in each boot"});
        }
    }

    void add_coredump() {
        if (profile_.coredump.empty()) {
            return;
        }
        std::string text = kOwnedHeader + "[Coredump]\n";
        for (const auto& [key, value] : profile_.coredump) {
            text += key + "=" + value + "\n";
        }
        add(WriteFile{
            "/etc/systemd/coredump.conf.d/kiln-node.conf", text, 0644, "cores of large processes"});
    }

    void add_isolation() {
        const std::string isolated = print_cpu_list(plan_.isolated);
        const std::string housekeeping = print_cpu_list(plan_.housekeeping);
        const std::string why = "nothing but the data plane runs on " + isolated;
        if (profile_.move_interrupts) {
            if (!facts_.other_tools.irqbalance.empty()) {
                add(SetAssignment{
                    facts_.other_tools.irqbalance, "IRQBALANCE_BANNED_CPULIST", isolated, why});
            }
            add(MoveInterrupts{housekeeping, isolated, why});
        }
        if (profile_.move_workqueues) {
            add(MoveWorkqueues{housekeeping, why});
        }
        if (profile_.systemd_affinity) {
            add(WriteFile{
                "/etc/systemd/system.conf.d/90-kiln-node.conf",
                kOwnedHeader + "[Manager]\nCPUAffinity=" + housekeeping + "\n",
                0644,
                why});
        }
    }

    void add_kubelet() {
        const KubeletRequest& kubelet = profile_.kubelet;
        const std::string housekeeping = print_cpu_list(plan_.housekeeping);
        if (!kubelet.reserved_cpus.empty()) {
            const auto written = parse_plain_cpu_list(kubelet.reserved_cpus);
            if (!written || *written != plan_.housekeeping) {
                diagnostics_.error(
                    kubelet.range,
                    "kubelet's reserved CPUs are written as " + kubelet.reserved_cpus +
                        ", but the housekeeping CPUs are " + housekeeping,
                    "leave reserved_cpus out, or make the two agree"
                );
            }
        }
        if (!kubelet.align || plan_.isolated.empty()) {
            return;
        }
        add(kubelet_drop_in(kubelet, housekeeping, first_node_with_memory()));
    }

    int first_node_with_memory() const {
        for (const NumaNodeFacts& node : facts_.nodes) {
            if (node.memory_kib > 0) {
                return node.id;
            }
        }
        return 0;
    }

    void add_pages() {
        for (const PlannedPages& pages : plan_.pages) {
            add(SetHugepages{
                pages.node,
                pages.size_kib,
                pages.count,
                pages.count > 0 ? "the profile asks for them here" : "the pages are elsewhere"});
        }
    }

    void add_nics() {
        std::vector<SriovDevice> devices;
        for (const PlannedNic& planned : plan_.nics) {
            const auto nic =
                std::find_if(facts_.nics.begin(), facts_.nics.end(), [&](const auto& n) {
                    return n.address == planned.address;
                });
            if (!planned.driver.empty()) {
                add(BindDevice{
                    planned.address,
                    planned.driver,
                    !facts_.has_iommu,
                    false,
                    "the profile's rule for " + planned.reason});
            }
            const bool is_handed_out = profile_.plugin_names == Profile::PluginNames::aws_sample
                                           ? !planned.driver.empty()
                                           : !planned.resource.empty();
            if (is_handed_out) {
                devices.push_back(
                    {planned.address,
                     nic->vendor,
                     nic->device,
                     planned.driver.empty() ? nic->driver : planned.driver,
                     planned.resource,
                     nic->numa_node}
                );
            }
        }
        if (devices.empty()) {
            return;
        }
        const auto resources = profile_.plugin_names == Profile::PluginNames::aws_sample
                                   ? aws_sample_resources(devices)
                                   : sriov_resources(devices, SriovNaming::pool, "dpdk");
        for (const std::string& mistake : sriov_mistakes(resources)) {
            diagnostics_.error({}, mistake);
        }
        add(WriteFile{
            kSriovConfigPath,
            print_sriov_config(resources),
            0644,
            "the device plugin hands these NICs out"});
    }

    const Profile& profile_;
    const NodeFacts& facts_;
    NodePlan& plan_;
    Diagnostics& diagnostics_;
};

void warn_of_distance(
    const NodePlan& plan, const NodeFacts& facts, SourceRange range, Diagnostics& diagnostics
) {
    for (const PlannedNic& planned : plan.nics) {
        const auto nic = std::find_if(facts.nics.begin(), facts.nics.end(), [&](const auto& n) {
            return n.address == planned.address;
        });
        const NumaNodeFacts* node = facts.find_node(nic->numa_node);
        if (node == nullptr) {
            if (facts.nodes.size() > 1) {
                diagnostics.warning(
                    range, "NIC " + nic->address + " does not tell its NUMA node: it may be far"
                );
            }
        } else if (!plan.isolated.empty() && !intersects(node->cpus, plan.isolated)) {
            diagnostics.warning(
                range,
                "NIC " + nic->address + " hangs on NUMA node " + std::to_string(node->id) +
                    ", which has no isolated CPU"
            );
        }
    }
}

void warn_of_others(const NodeFacts& facts, Diagnostics& diagnostics) {
    if (!facts.other_tools.tuned.empty() && facts.other_tools.tuned != "installed") {
        diagnostics.warning(
            {},
            "TuneD is active with profile " + facts.other_tools.tuned + ": two owners of one node",
            "tuned-adm off, and disable tuned.service"
        );
    }
    if (facts.other_tools.driverctl) {
        diagnostics.warning({}, "driverctl keeps overrides in /etc/driverctl.d: two owners");
    }
}

}  // namespace

void plan_changes(
    const Profile& profile,
    const NodeFacts& facts,
    const std::string& binary,
    NodePlan& plan,
    Diagnostics& diagnostics
) {
    const PlannedCores cores{plan.isolated, plan.housekeeping};
    plan.changes.kernel = plan_kernel_line(profile, facts, cores, plan.pages, diagnostics);
    plan.needs_reboot =
        !kernel_argument_differences(facts.kernel.command_line, plan.changes.kernel).empty();
    ChangeList(profile, facts, plan, diagnostics).fill(binary);
}

std::optional<NodePlan> make_node_plan(
    const Profile& profile,
    const NodeFacts& facts,
    const std::string& binary,
    Diagnostics& diagnostics
) {
    Diagnostics findings;
    NodePlan plan;
    plan.profile = profile.name;
    const PlannedCores cores = plan_cores(profile.cores, facts, findings);
    plan.isolated = cores.isolated;
    plan.housekeeping = cores.housekeeping;
    plan.pages = plan_pages(profile, facts, plan.isolated, findings);
    plan.nics = plan_nics(profile.nics, facts, findings);
    plan_changes(profile, facts, binary, plan, findings);
    warn_of_distance(plan, facts, profile.cores.range, findings);
    warn_of_others(facts, findings);
    diagnostics.append(findings);
    if (findings.has_errors()) {
        return std::nullopt;
    }
    return plan;
}

}  // namespace kiln::node
