// Any bytes, read as a node's profile: must end, with a profile or with mistakes that can be
// printed. What the YAML reader takes is a tree whose keys differ, and a profile that is good by
// itself has either a plan on a small machine or mistakes that tell why not.

#include "base/error.hpp"
#include "node/node_plan.hpp"
#include "node/yaml.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>

namespace {

using namespace kiln;

void require(bool holds) {
    if (!holds) {
        std::abort();
    }
}

void check_tree(const node::YamlNode& tree) {
    using Kind = node::YamlNode::Kind;
    require(tree.kind == Kind::scalar || tree.scalar.empty());
    require(tree.kind == Kind::list || tree.items.empty());
    require(tree.kind == Kind::map || tree.entries.empty());
    for (const node::YamlNode& item : tree.items) {
        check_tree(item);
    }
    std::set<std::string> keys;
    for (const node::YamlNode::Entry& entry : tree.entries) {
        require(keys.insert(entry.key).second);
        require(tree.find(entry.key) == &entry.value);
        check_tree(entry.value);
    }
}

// Four CPUs on two NUMA nodes.
node::NodeFacts small_machine() {
    node::NodeFacts facts;
    for (int id = 0; id < 4; ++id) {
        facts.cpus.push_back(
            {.id = id, .package = 0, .core = id, .numa_node = id / 2, .siblings = {id}}
        );
        facts.present.insert(id);
    }
    facts.possible = facts.online = facts.present;
    for (int id = 0; id < 2; ++id) {
        facts.nodes.push_back({.id = id, .cpus = {2 * id, 2 * id + 1}, .memory_kib = 16 << 20});
        facts.memory_kib += facts.nodes.back().memory_kib;
    }
    facts.hugepage_sizes_kib = {2048, 1048576};
    return facts;
}

void check_yaml(const SourceFile& file) {
    try {
        check_tree(node::parse_yaml(file));
    } catch (const Error& error) {
        require(error.what()[0] != '\0');
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    SourceMap sources;
    const SourceFile& file = sources.add("profile.yaml", text);
    check_yaml(file);
    Diagnostics diagnostics;
    const auto profile = node::read_profile(file, sources, diagnostics);
    require(profile.has_value() == !diagnostics.has_errors());
    if (profile) {
        const auto plan =
            node::make_node_plan(*profile, small_machine(), "/usr/sbin/kiln-node", diagnostics);
        require(plan.has_value() == !diagnostics.has_errors());
    }
    render(diagnostics);
    return 0;
}
