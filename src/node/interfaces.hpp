#pragma once

#include "node/node_facts.hpp"
#include "node/node_tree.hpp"

#include <string>
#include <vector>

// A driver for user space takes a NIC's interface away, and with it the MAC by which profiles and
// EC2 know the NIC. What it had is kept for this boot, or the same profile would not find its NICs
// again.

namespace kiln::node {

/// The interfaces of a PCI function; when it has none, those it had in this boot when kiln-node
/// gave it away, in state "given away".
std::vector<InterfaceFacts> read_interfaces(const NodeTree& tree, const std::string& address);

/// Notes the function's interfaces under /run/kiln-node/interfaces. Nothing happens when it has
/// none. Throws Error as replace_file does.
void remember_interfaces(const NodeTree& tree, const std::string& address);

}  // namespace kiln::node
