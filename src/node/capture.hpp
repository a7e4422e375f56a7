#pragma once

#include "node/node_facts.hpp"
#include "node/node_tree.hpp"

#include <string>

namespace kiln::node {

/// A tar archive (ustar) of what facts, plans and checks read of a machine: unpacked into a folder,
/// --root works on it anywhere. It holds no addresses' keys, no secrets of boot loaders, and no
/// serial numbers but the instance's id.
std::string capture_tree(const NodeTree& tree, const NodeFacts& facts);

}  // namespace kiln::node
