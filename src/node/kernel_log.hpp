#pragma once

#include "node/node_tree.hpp"

#include <string>
#include <vector>

namespace kiln::node {

/// The messages in /dev/kmsg (Documentation/ABI/testing/dev-kmsg), the oldest first; the kernel
/// overwrites old ones. None without the right to read it. Does not wait for more.
std::vector<std::string> read_kernel_log(const NodeTree& tree);

}  // namespace kiln::node
