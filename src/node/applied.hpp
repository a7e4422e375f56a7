#pragma once

#include "node/node_action.hpp"
#include "node/node_tree.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::node {

/// What the node was last tuned to: written when a plan has been applied, as the last step. The
/// early unit of each boot works from this alone, before anything else of the node is up.
struct Applied {
    std::string plan;     ///< its hash
    std::string boot_id;  ///< of the boot in which it was applied
    KernelArgumentChange kernel;
    /// Kernel arguments of former plans that this one does not want: they are gone from the boot
    /// loader, and out of force with the next boot.
    std::vector<std::string> retired;
    std::vector<SetHugepages> hugepages;
    std::string housekeeping;  ///< CPU lists; "" when nothing is isolated
    std::string isolated;

    bool operator==(const Applied&) const = default;
};

inline const std::string kAppliedPath = "/var/lib/kiln-node/applied.json";

/// What the running command line must come to: the plan's words there, former plans' words gone.
KernelArgumentChange with_retired(
    KernelArgumentChange kernel, const std::vector<std::string>& retired
);

Applied applied_from(const PlannedChanges& changes, const std::string& boot_id);
std::string print_applied(const Applied& applied);
std::optional<Applied> parse_applied(std::string_view json);
/// Nothing when nothing was applied, or the file is damaged.
std::optional<Applied> read_applied(const NodeTree& tree);

/// This boot's id; "" in a tree that has none.
std::string boot_id(const NodeTree& tree);

}  // namespace kiln::node
