#pragma once

#include "node/kernel_arguments.hpp"

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

// What a plan asks for, one value a change. A closed set: whoever shows, applies, verifies or
// undoes a plan handles each. CPU lists are in the kernel's plain form ("0-3,8"), never strides.

namespace kiln::node {

/// The first line of files that are kiln-node's alone.
inline const std::string kOwnedHeader = "# kiln-node; do not edit\n";

/// A file that is ours as a whole. An equal file is not written.
struct WriteFile {
    std::string path;
    std::string content;
    unsigned mode = 0644;
    std::string reason;

    bool operator==(const WriteFile&) const = default;
};

/// One assignment in a file that belongs to others: IRQBALANCE_BANNED_CPULIST=2-3 in
/// /etc/default/irqbalance. The last line that assigns `name` is replaced; without one, a line is
/// added. The file is made when it is missing.
struct SetAssignment {
    std::string path;
    std::string name;
    std::string value;
    std::string reason;

    bool operator==(const SetAssignment&) const = default;
};

/// A symlink, such as the one that enables a unit.
struct MakeLink {
    std::string path;
    std::string target;
    std::string reason;

    bool operator==(const MakeLink&) const = default;
};

/// A setting of the running kernel: a sysctl or an attribute in /sys. Written when what is there
/// does not satisfy it; a missing file is "not on this kernel", which is no failure for `optional`.
struct SetKernelValue {
    enum class Rule { exact, at_least };  ///< at_least: number by number, as in udp_mem
    std::string path;                     ///< "/proc/sys/net/core/rmem_max"
    std::string value;
    Rule rule = Rule::exact;
    bool optional = false;
    std::string reason;

    bool operator==(const SetKernelValue&) const = default;
};

/// Hugepages of one size on one NUMA node.
struct SetHugepages {
    int node = 0;
    std::int64_t size_kib = 1048576;
    std::int64_t count = 0;
    std::string reason;

    bool operator==(const SetHugepages&) const = default;
};

/// Interrupts of the kernel's devices, and the default for new ones, go to these CPUs.
struct MoveInterrupts {
    std::string housekeeping;
    std::string isolated;
    std::string reason;

    bool operator==(const MoveInterrupts&) const = default;
};

/// Unbound workqueues run on these CPUs.
struct MoveWorkqueues {
    std::string housekeeping;
    std::string reason;

    bool operator==(const MoveWorkqueues&) const = default;
};

struct LoadModule {
    std::string name;                  ///< "vfio-pci"
    std::vector<std::string> options;  ///< "enable_unsafe_noiommu_mode=1"; set in a loaded one too
    bool optional = false;
    std::string reason;

    bool operator==(const LoadModule&) const = default;
};

struct BindDevice {
    std::string address;  ///< "0000:00:06.0"
    std::string driver;   ///< "vfio-pci": the driver's name, with its dash
    bool allow_noiommu = false;
    bool optional = false;  ///< may be hot-plugged later
    std::string reason;

    bool operator==(const BindDevice&) const = default;
};

using NodeAction = std::variant<
    WriteFile,
    SetAssignment,
    MakeLink,
    SetKernelValue,
    SetHugepages,
    MoveInterrupts,
    MoveWorkqueues,
    LoadModule,
    BindDevice>;

/// What becomes of a node that could not be tuned.
enum class OnFailure {
    hold,   ///< it boots and does not join the cluster
    taint,  ///< it joins with a taint that keeps pods away
    join,   ///< it joins as if nothing had happened
};

/// All that a plan changes. The actions are independent of what is there now: the same profile on
/// the same machine gives the same changes in every boot, and so the same hash.
struct PlannedChanges {
    std::string hash;  ///< of the plan
    std::vector<NodeAction> actions;
    KernelArgumentChange kernel;
    OnFailure on_failure = OnFailure::hold;

    bool operator==(const PlannedChanges&) const = default;
};

/// The changes of one kind, in their order.
template <class Action, class Visit>
void for_each_action(const PlannedChanges& changes, Visit&& visit) {
    for (const NodeAction& action : changes.actions) {
        if (const auto* one = std::get_if<Action>(&action)) {
            visit(*one);
        }
    }
}

}  // namespace kiln::node
