#pragma once

#include "base/diagnostics.hpp"
#include "node/node_action.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

// What somebody wants of a node, before any machine is known. One YAML file, on top of a shipped
// profile or of nothing; docs/node/profiles.md is its reference.

namespace kiln::node {

/// Which CPUs the data plane gets.
struct CoreRequest {
    enum class How {
        none,     ///< nothing is isolated
        list,     ///< these CPUs
        count,    ///< so many whole cores, near the NICs, from the top of the node down
        all_but,  ///< all but so many whole cores of each NUMA node
    };
    How how = How::none;
    std::string list;         ///< as written: the kernel's CPU list language
    int cores = 0;            ///< for count and all_but
    std::optional<int> node;  ///< for count: this NUMA node instead of the NICs'
    /// Half a core may be isolated while its sibling keeps house.
    bool allow_split_cores = false;
    int least_isolated = 0;    ///< CPUs; XRd needs two
    std::string housekeeping;  ///< when written, it must be exactly the rest
    SourceRange range;

    bool operator==(const CoreRequest&) const = default;
};

struct PageRequest {
    enum class Where { near_isolated, near_nics, every_node, node, first_node };
    std::int64_t size_kib = 1048576;
    std::int64_t count = 0;  ///< for every_node of each, otherwise of all together
    Where where = Where::near_isolated;
    int node = 0;  ///< for Where::node
    SourceRange range;

    bool operator==(const PageRequest&) const = default;
};

/// How pages are asked for on the command line.
enum class PageForm {
    per_node,  ///< hugepages=0:6, Linux 5.16; the early unit corrects what the kernel took as a
               ///< hint
    spread,    ///< hugepages=12 on two nodes, of which the early unit gives six back
};

/// Which NICs a rule is for: all that is written must match.
struct NicRule {
    std::string pci;           ///< "0000:00:06.0"
    std::string mac;           ///< "0a:1b:..."
    std::string device;        ///< "1d0f:ec20"
    std::string subnet;        ///< "subnet-0123": EC2 tells
    std::optional<int> index;  ///< EC2's device index
    std::string driver;        ///< to bind: "vfio-pci"; "" leaves what is there
    std::string resource;      ///< of the device plugin
    bool allow_noiommu = false;
    bool optional = false;  ///< it may come later
    SourceRange range;

    bool operator==(const NicRule&) const = default;
};

struct SysctlSetting {
    std::string key;  ///< "net.core.rmem_max"
    std::string value;
    SetKernelValue::Rule rule = SetKernelValue::Rule::exact;
    SourceRange range;

    bool operator==(const SysctlSetting&) const = default;
};

struct ModuleRequest {
    std::string name;
    std::vector<std::string> options;  ///< "wc_activate=1"
    bool optional = false;             ///< this kernel may be without it

    bool operator==(const ModuleRequest&) const = default;
};

struct KubeletRequest {
    /// Who reads the drop-in.
    enum class Form {
        nodeadm,  ///< a NodeConfig in /etc/eks/nodeadm.d: EKS on Amazon Linux 2023
        kubelet,  ///< a KubeletConfiguration, for a kubelet with --config-dir (Kubernetes 1.28)
    };
    bool align = false;  ///< write a drop-in that agrees with the plan
    Form form = Form::nodeadm;
    std::string cpu_manager_policy = "static";
    std::string topology_manager_policy = "restricted";
    bool full_pcpus_only = true;
    std::string memory_manager_policy = "None";
    /// For memory manager Static: what kubelet keeps of the node's memory. It must be the sum of
    /// kubeReserved, systemReserved and the hard eviction threshold, or kubelet does not start.
    std::string reserved_memory;
    std::string reserved_cpus;  ///< when written, it must be the housekeeping CPUs
    SourceRange range;

    bool operator==(const KubeletRequest&) const = default;
};

struct Profile {
    std::string name;
    CoreRequest cores;
    std::vector<PageRequest> pages;
    std::int64_t default_page_kib = 0;  ///< 0: the largest size of `pages`
    PageForm page_form = PageForm::per_node;
    /// GiB that must stay beside the pages on the whole machine.
    int keep_memory_gib = 4;
    /// Words of the command line, in this order. {isolated}, {housekeeping}, {housekeeping_mask}
    /// {hugepages} (all words about pages) and {hugepages_1g} (the count alone) are filled in; a
    /// word whose set is empty is left out.
    std::vector<std::string> kernel_arguments;
    std::vector<NicRule> nics;
    std::vector<SysctlSetting> sysctls;
    std::vector<ModuleRequest> modules;
    std::map<std::string, std::string> coredump;  ///< of coredump.conf: "Storage" -> "external"
    bool move_interrupts = false;                 ///< IRQs, irqbalance, and
    bool move_workqueues = false;                 ///< unbound workqueues go to housekeeping CPUs
    bool systemd_affinity = false;                ///< and so do services
    KubeletRequest kubelet;
    /// How the device plugin's resources are called: by the rules' `resource`, or as the AWS
    /// sample calls them (intel_sriov_netdevice_1, ...), whose pods ask for those names.
    enum class PluginNames { own, aws_sample };
    PluginNames plugin_names = PluginNames::own;
    OnFailure on_failure = OnFailure::hold;

    bool operator==(const Profile&) const = default;
};

/// A profile that comes with kiln-node.
struct ShippedProfile {
    std::string_view name;
    std::string_view text;
};
const std::vector<ShippedProfile>& shipped_profiles();

/// Reads a profile; `base: NAME` starts from a shipped one. Every mistake becomes a diagnostic, and
/// nothing is returned with any.
std::optional<Profile> read_profile(
    const SourceFile& file, SourceMap& sources, Diagnostics& diagnostics
);

/// The shipped profile `name`. Throws Error{usage} when there is none.
Profile shipped_profile(const std::string& name, SourceMap& sources);

}  // namespace kiln::node
