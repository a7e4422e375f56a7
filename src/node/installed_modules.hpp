#pragma once

#include "node/check.hpp"
#include "node/node_tree.hpp"

#include <string>
#include <vector>

namespace kiln::node {

/// Whether each module is there for every installed kernel: one that was built for the running
/// kernel alone is lost with the next update. It fails for the kernel that boots by default and
/// warns for the others.
CheckResults check_installed_modules(const NodeTree& tree, const std::vector<std::string>& modules);

}  // namespace kiln::node
