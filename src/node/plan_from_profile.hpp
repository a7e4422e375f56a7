#pragma once

#include "node/node_facts.hpp"
#include "node/node_plan.hpp"
#include "node/node_tree.hpp"

#include <optional>
#include <string>

namespace kiln::node {

/// What is said beside the profile; it wins.
struct ProfileOverrides {
    std::optional<std::string> isolated;      ///< a CPU list
    std::optional<std::string> hugepages_gb;  ///< pages of 1 GiB, on the isolated CPUs' node

    /// HUGEPAGES_GB and ISOLATED_CORES, the form of the XRd project's bootstrap.
    static ProfileOverrides from_environment();
};

/// Throws Error{input} for a list or count that is none.
void override_profile(Profile& profile, const ProfileOverrides& overrides);

/// A profile by the name of a shipped one, or from a file. Mistakes go to `diagnostics`; nothing is
/// returned with any. Throws Error when there is no such file and no such name.
std::optional<Profile> load_profile(
    const std::string& name_or_file, SourceMap& sources, Diagnostics& diagnostics
);

/// The plan of a profile for the machine of `tree`. Warnings and mistakes go to standard error;
/// with a mistake Error{input} is thrown.
struct MachinePlan {
    NodeFacts facts;
    NodePlan plan;
};
MachinePlan plan_from_profile(
    const std::string& name_or_file,
    const NodeTree& tree,
    const ProfileOverrides& overrides,
    const std::string& binary
);

}  // namespace kiln::node
