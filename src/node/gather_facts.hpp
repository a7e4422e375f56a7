#pragma once

#include "node/node_facts.hpp"
#include "node/node_tree.hpp"

namespace kiln::node {

/// Reads a machine's facts from its tree. Nothing is required: what is not there is named in
/// `missing`, and the rest goes on.
NodeFacts gather_facts(const NodeTree& tree);

}  // namespace kiln::node
