#pragma once

#include "node/node_facts.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// What is known of EC2 instance types before one runs. Each row names where it is from.

namespace kiln::node {

struct InstanceType {
    std::string_view name;
    int cores;       ///< physical, or what EC2 calls so
    int threads;     ///< a core, as launched without CPU options
    int numa_nodes;  ///< cores and memory are divided evenly
    int memory_gib;
    bool arm64;
    std::string_view source;
};

const std::vector<InstanceType>& instance_types();

/// A machine of cores * threads CPUs whose siblings are n and n + cores, as EC2 numbers them. Its
/// NICs are unknown. `threads` 1 is how XRd nodes are launched.
NodeFacts facts_of_type(const InstanceType& type, int threads);

/// Throws Error{usage}, with what was meant, when the table has no such type.
const InstanceType& find_instance_type(const std::string& name);

}  // namespace kiln::node
