#pragma once

#include "node/arguments.hpp"
#include "node/node_action.hpp"
#include "node/perform.hpp"

#include <functional>
#include <string>

// What several commands share.

namespace kiln::node {

/// --root DIR, or --image for the tree at "/" of an image being built.
NodeTree tree_from(Arguments& arguments);

/// The plan that was named with --plan (a profile when it ends in .yaml), else that of
/// /etc/kiln-node/plan.json, else of the profile in /etc/kiln-node/profile.yaml, else what the
/// request in /etc/kiln-node/request.env leads to on this machine. Throws Error when there is none.
PlannedChanges load_changes(const std::optional<std::string>& plan_file, const NodeTree& tree);

/// The absolute path under which units start this program.
std::string own_binary(const NodeTree& tree);

/// What to do when another kiln-node changes the node.
enum class WhenLocked { refuse, wait };

/// Lets `work` change the node while no other kiln-node does.
void with_lock(
    const NodeTree& tree,
    const std::function<void(const NodeHands&)>& work,
    WhenLocked when_locked = WhenLocked::refuse
);

void print_results(const ActionResults& results, bool json);
void print_out(const std::string& text);

}  // namespace kiln::node
