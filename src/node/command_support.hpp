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

/// Lets `work` change the node while no other kiln-node does. Waits for another one, as the units
/// of a node's devices all start at once; throws Error{exists} when that one takes more than a
/// minute.
void with_lock(const NodeTree& tree, const std::function<void(const NodeHands&)>& work);

void print_results(const ActionResults& results, bool json);
void print_out(const std::string& text);

}  // namespace kiln::node
