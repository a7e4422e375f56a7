#pragma once

#include "base/diagnostics.hpp"
#include "node/node_action.hpp"
#include "node/node_facts.hpp"
#include "node/profile.hpp"

#include <optional>
#include <string>
#include <vector>

namespace kiln::node {

struct PlannedPages {
    int node = 0;
    std::int64_t size_kib = 0;
    std::int64_t count = 0;
    std::int64_t room = 0;  ///< how many the node could give

    bool operator==(const PlannedPages&) const = default;
};

struct PlannedNic {
    std::string address;
    std::string driver;    ///< to be bound
    std::string resource;  ///< "" for none
    std::string reason;    ///< the rule that took it

    bool operator==(const PlannedNic&) const = default;
};

/// What a profile comes to on one machine.
struct NodePlan {
    std::string profile;
    CpuSet isolated;
    CpuSet housekeeping;
    std::vector<PlannedPages> pages;  ///< by node, then size; every node with memory
    std::vector<PlannedNic> nics;
    PlannedChanges changes;
    /// The running command line is not the planned one.
    bool needs_reboot = false;

    bool operator==(const NodePlan&) const = default;
};

/// Pure. Contradictions are errors and leave no plan; what is only doubtful is a warning. `binary`
/// is where units find kiln-node.
std::optional<NodePlan> make_node_plan(
    const Profile& profile,
    const NodeFacts& facts,
    const std::string& binary,
    Diagnostics& diagnostics
);

/// What follows when the cores, pages and NICs of `plan` are decided: its changes, and whether they
/// need a reboot.
void plan_changes(
    const Profile& profile,
    const NodeFacts& facts,
    const std::string& binary,
    NodePlan& plan,
    Diagnostics& diagnostics
);

/// The parts of make_node_plan, in its order.
struct PlannedCores {
    CpuSet isolated;
    CpuSet housekeeping;
};
PlannedCores plan_cores(
    const CoreRequest& request, const NodeFacts& facts, Diagnostics& diagnostics
);
std::vector<PlannedPages> plan_pages(
    const Profile& profile, const NodeFacts& facts, const CpuSet& isolated, Diagnostics& diagnostics
);
std::vector<PlannedNic> plan_nics(
    const std::vector<NicRule>& rules, const NodeFacts& facts, Diagnostics& diagnostics
);
KernelArgumentChange plan_kernel_line(
    const Profile& profile,
    const NodeFacts& facts,
    const PlannedCores& cores,
    const std::vector<PlannedPages>& pages,
    Diagnostics& diagnostics
);

/// Why a word is on the command line, for people: "isolcpus" -> "out of the scheduler's balancing".
std::string kernel_argument_reason(const std::string& word);

/// "1G", "2M".
std::string page_size_name(std::int64_t size_kib);

/// A page for people: what changes, why, and when.
std::string print_plan(const NodePlan& plan, const NodeFacts& facts);

}  // namespace kiln::node
