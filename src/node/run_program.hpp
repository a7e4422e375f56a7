#pragma once

#include "node/perform.hpp"

#include <string>
#include <vector>

namespace kiln::node {

/// Runs a program of the node and says what became of it. Only for a running system.
ActionResult run_node_program(const std::vector<std::string>& argv);

}  // namespace kiln::node
