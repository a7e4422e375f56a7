#include "node/node_facts.hpp"

#include <algorithm>

namespace kiln::node {

const NumaNodeFacts* NodeFacts::find_node(int id) const {
    const auto found = std::find_if(nodes.begin(), nodes.end(), [id](const NumaNodeFacts& node) {
        return node.id == id;
    });
    return found == nodes.end() ? nullptr : &*found;
}

const CpuFacts* NodeFacts::find_cpu(int id) const {
    const auto found =
        std::find_if(cpus.begin(), cpus.end(), [id](const CpuFacts& cpu) { return cpu.id == id; });
    return found == cpus.end() ? nullptr : &*found;
}

}  // namespace kiln::node
