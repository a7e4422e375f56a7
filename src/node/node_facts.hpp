#pragma once

#include "base/units.hpp"
#include "node/boot_loader.hpp"
#include "node/cpu_list.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

// What is true of a machine, whoever told: its /sys and /proc, a tree captured from them, or the
// table of EC2 instance types. Plain values; planning is a function of them.

namespace kiln::node {

constexpr std::int64_t kGiBInKiB =
    kGiB / kKiB;  ///< memory of nodes is in KiB, as the kernel has it

struct CpuFacts {
    int id = 0;
    bool online = true;
    /// Of an offline CPU the kernel shows none of these.
    int package = -1;
    int core = -1;  ///< unique within its package only
    int numa_node = -1;
    CpuSet siblings;  ///< all threads of the core, itself included

    bool operator==(const CpuFacts&) const = default;
};

struct HugepagePool {
    std::int64_t size_kib = 0;
    std::int64_t total = 0;
    std::int64_t free = 0;
    std::int64_t surplus = 0;

    bool operator==(const HugepagePool&) const = default;
};

struct NumaNodeFacts {
    int id = 0;
    CpuSet cpus;  ///< empty for memory only
    std::int64_t memory_kib =
        0;  ///< MemTotal: what firmware and kernel took is out already; 0: none
    std::int64_t free_kib = 0;
    /// 1 GiB ranges, aligned, that lie wholly in the node; nothing when the machine does not tell.
    std::optional<int> whole_gib;
    std::vector<int> distances;  ///< one for each online node, in the order of their ids
    std::vector<HugepagePool> pools;

    bool operator==(const NumaNodeFacts&) const = default;
};

struct InterfaceFacts {
    std::string name;
    std::string mac;
    std::string state;  ///< "up", "down", "unknown"; "given away" to a driver for user space

    bool operator==(const InterfaceFacts&) const = default;
};

/// A PCI function of class 02, a network controller.
struct NicFacts {
    std::string address;  ///< "0000:00:06.0"
    std::string vendor;   ///< four hex digits
    std::string device;
    std::string driver;           ///< "" when none is bound
    std::string driver_override;  ///< "" when unset
    std::string iommu_group;      ///< "" without IOMMU
    int numa_node = -1;           ///< -1: the machine does not tell, as virtual machines seldom do
    std::vector<InterfaceFacts> interfaces;
    std::string carries;  ///< what the node needs it for: "the default route"; "" for nothing
    std::string physical_function;  ///< address of the PF when it is a VF
    int virtual_functions = 0;      ///< made now
    int most_virtual_functions = 0;

    bool operator==(const NicFacts&) const = default;
};

/// A network interface as EC2 knows it.
struct EniFacts {
    std::string id;
    std::string mac;
    int device_index = -1;
    int network_card = 0;
    std::string subnet;
    std::string subnet_cidr;
    std::vector<std::string> addresses;

    bool operator==(const EniFacts&) const = default;
};

struct InstanceFacts {
    std::string type;  ///< "m5.24xlarge"; "" outside EC2
    std::string id;
    std::string zone;
    std::vector<EniFacts> enis;               ///< by device index
    std::map<std::string, std::string> tags;  ///< of the instance, when its metadata shows them

    bool operator==(const InstanceFacts&) const = default;
};

struct KernelFacts {
    std::string release;
    std::string architecture;  ///< "x86_64", "aarch64"
    std::string command_line;
    std::string boot_id;
    /// Options of its configuration that tuning depends on, as CONFIG_ lines have them ("y", "m",
    /// "n"); empty when the configuration is not there to read.
    std::map<std::string, std::string> config;
    std::string lockdown;  ///< "none", "integrity", "confidentiality"; "" when unknown

    bool operator==(const KernelFacts&) const = default;
};

/// What else tunes the machine.
struct OtherTools {
    std::string irqbalance;  ///< its settings file; "" when there is none
    std::string tuned;       ///< TuneD's active profile, or "installed"; "" without
    bool driverctl = false;  ///< it keeps overrides in /etc/driverctl.d

    bool operator==(const OtherTools&) const = default;
};

struct NodeFacts {
    KernelFacts kernel;
    BootLoader boot_loader = BootLoader::none;
    std::string system;  ///< PRETTY_NAME of os-release

    CpuSet possible;
    CpuSet present;
    CpuSet online;
    CpuSet isolated;             ///< taken from the scheduler now
    CpuSet nohz_full;            ///< without tick now
    std::string smt;             ///< "on", "off", "forceoff", "notsupported", ...; "" when unknown
    std::vector<CpuFacts> cpus;  ///< present ones, by id
    std::vector<NumaNodeFacts> nodes;  ///< online ones, by id; one made up when there is no NUMA
    std::int64_t memory_kib = 0;
    std::vector<std::int64_t> hugepage_sizes_kib;  ///< that this CPU and kernel have
    std::int64_t default_hugepage_kib = 0;

    bool has_iommu = false;
    bool knows_nics = true;  ///< false: facts of an instance type, whose NICs come with the node
    std::vector<NicFacts> nics;  ///< by address

    int cgroup_version = 0;  ///< 0: none mounted
    OtherTools other_tools;
    InstanceFacts instance;

    std::vector<std::string> missing;  ///< paths that were not there or could not be read

    const NumaNodeFacts* find_node(int id) const;
    const CpuFacts* find_cpu(int id) const;
    bool operator==(const NodeFacts&) const = default;
};

/// Indented JSON for programs: absent values are null, CPU sets are lists in the kernel's form.
std::string print_facts_json(const NodeFacts& facts);
/// A page for people.
std::string print_facts(const NodeFacts& facts);

}  // namespace kiln::node
