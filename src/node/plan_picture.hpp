#pragma once

#include "node/node_plan.hpp"

#include <string>

namespace kiln::node {

/// The plan as an SVG picture: sockets, their NUMA nodes, cores with their threads by role,
/// hugepages of what fits, and NICs where they hang. Readable on light and dark paper; needs no
/// fonts, scripts or files beside it.
std::string draw_plan(const NodePlan& plan, const NodeFacts& facts);

}  // namespace kiln::node
