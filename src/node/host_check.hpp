#pragma once

#include "node/check.hpp"
#include "node/node_tree.hpp"

namespace kiln::node {

/// Which of Cisco's platforms the node is to run: the thresholds differ.
enum class HostCheckFor { xrd_control_plane, xrd_vrouter };

/// Every check of ios-xr/xrd-tools' scripts/host-check (d524705), with its thresholds and its
/// verdicts, so that a node that passes here passes there. SKIP there is `fail` here, ERROR too.
CheckResults host_check(const NodeTree& tree, HostCheckFor platform);

}  // namespace kiln::node
