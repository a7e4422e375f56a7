#pragma once

#include "node/node_tree.hpp"

#include <string>
#include <vector>

namespace kiln::node {

/// Interfaces of default routes, IPv4 and IPv6, as /proc/net shows them.
std::vector<std::string> default_route_interfaces(const NodeTree& tree);

/// What a PCI device carries that the node must keep: an interface with a default route, itself or
/// below a bond, bridge or VLAN. "" for others.
std::string carried_by(const NodeTree& tree, const std::string& address);

}  // namespace kiln::node
