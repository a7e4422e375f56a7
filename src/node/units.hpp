#pragma once

#include "node/node_action.hpp"

#include <string>
#include <vector>

namespace kiln::node {

/// The units that tune each boot, enabled by links: kiln-node-early (hugepages, interrupts and
/// workqueues, before dev-hugepages.mount), kiln-node (apply, one reboot when needed, verify,
/// before nodeadm and kubelet), and drop-ins that keep nodeadm and kubelet back for as long as
/// /run/kiln-node/hold is there. `binary` is the absolute path of kiln-node on the node.
std::vector<NodeAction> unit_actions(const std::string& binary);

/// A timer that runs `verify` and writes its result for node_exporter.
std::vector<NodeAction> watch_unit_actions(const std::string& binary);

}  // namespace kiln::node
