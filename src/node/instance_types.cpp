#include "node/instance_types.hpp"

#include "base/error.hpp"
#include "base/strings.hpp"
#include "node/node_facts.hpp"

namespace kiln::node {

namespace {

// Cores, threads and memory: "Amazon EC2 instance types" (docs.aws.amazon.com, CPU options tables).
// NUMA nodes: ios-xr/xrd-terraform 5aa319b, which lists the types that it treats as having several
// and those confirmed to have one; a type of more than one socket of its family's processor has as
// many nodes as sockets.
constexpr std::string_view kTerraform = "EC2 documentation; NUMA: xrd-terraform's list";
constexpr std::string_view kOneSocket = "EC2 documentation; NUMA: it fits one socket of its family";
constexpr std::string_view kSockets = "EC2 documentation; NUMA: two sockets of its family";
constexpr std::string_view kGraviton = "EC2 documentation; NUMA: Graviton2 has one node";

}  // namespace

const std::vector<InstanceType>& instance_types() {
    static const std::vector<InstanceType> types = {
        // name          cores thr nodes GiB  arm64  source
        {"c5.4xlarge", 8, 2, 1, 32, false, kOneSocket},
        {"c5.9xlarge", 18, 2, 1, 72, false, kOneSocket},
        {"c5.metal", 48, 2, 2, 192, false, kSockets},
        {"c5n.9xlarge", 18, 2, 1, 96, false, kOneSocket},
        {"c5n.18xlarge", 36, 2, 2, 192, false, kSockets},
        {"c6gn.4xlarge", 16, 1, 1, 32, true, kGraviton},
        {"c6gn.16xlarge", 64, 1, 1, 128, true, kGraviton},
        {"c6in.16xlarge", 32, 2, 1, 128, false, kOneSocket},
        {"c6in.32xlarge", 64, 2, 2, 256, false, kSockets},
        {"m5.xlarge", 2, 2, 1, 16, false, kOneSocket},
        {"m5.2xlarge", 4, 2, 1, 32, false, kOneSocket},
        {"m5.4xlarge", 8, 2, 1, 64, false, kOneSocket},
        {"m5.12xlarge", 24, 2, 1, 192, false, kOneSocket},
        {"m5.16xlarge", 32, 2, 2, 256, false, kTerraform},
        {"m5.24xlarge", 48, 2, 2, 384, false, kTerraform},
        {"m5.metal", 48, 2, 2, 384, false, kSockets},
        {"m5n.2xlarge", 4, 2, 1, 32, false, kOneSocket},
        {"m5n.12xlarge", 24, 2, 1, 192, false, kOneSocket},
        {"m5n.16xlarge", 32, 2, 2, 256, false, kTerraform},
        {"m5n.24xlarge", 48, 2, 2, 384, false, kTerraform},
        {"m6g.16xlarge", 64, 1, 1, 256, true, kGraviton},
        {"m6i.32xlarge", 64, 2, 2, 512, false, kSockets},
        {"m6in.16xlarge", 32, 2, 1, 256, false, kTerraform},
        {"m6in.24xlarge", 48, 2, 2, 384, false, kTerraform},
        {"m6in.32xlarge", 64, 2, 2, 512, false, kTerraform},
        {"m7i.24xlarge", 48, 2, 1, 384, false, kTerraform},
        {"m7i.48xlarge", 96, 2, 2, 768, false, kTerraform},
    };
    return types;
}

NodeFacts facts_of_type(const InstanceType& type, int threads) {
    NodeFacts facts;
    facts.knows_nics = false;
    facts.instance.type = type.name;
    facts.kernel.architecture = type.arm64 ? "aarch64" : "x86_64";
    facts.hugepage_sizes_kib = type.arm64 ? std::vector<std::int64_t>{64, 2048, 32768, kGiBInKiB}
                                          : std::vector<std::int64_t>{2048, kGiBInKiB};
    facts.default_hugepage_kib = 2048;
    facts.smt = type.threads == 1 ? "notsupported" : threads == 1 ? "off" : "on";
    const int cores_of_node = type.cores / type.numa_nodes;
    // Firmware and the kernel keep about a fiftieth of what is sold.
    const std::int64_t memory_of_node = kGiBInKiB * type.memory_gib / type.numa_nodes * 98 / 100;
    for (int id = 0; id < type.numa_nodes; ++id) {
        NumaNodeFacts node;
        node.id = id;
        node.memory_kib = memory_of_node;
        node.free_kib = memory_of_node;
        for (int other = 0; other < type.numa_nodes; ++other) {
            node.distances.push_back(other == id ? 10 : 21);
        }
        facts.memory_kib += memory_of_node;
        facts.nodes.push_back(node);
    }
    for (int id = 0; id < type.cores * threads; ++id) {
        const int core = id % type.cores;
        CpuFacts cpu{.id = id, .core = core % cores_of_node, .numa_node = core / cores_of_node};
        cpu.package = cpu.numa_node;
        for (int thread = 0; thread < threads; ++thread) {
            cpu.siblings.insert(core + thread * type.cores);
        }
        facts.nodes[static_cast<std::size_t>(cpu.numa_node)].cpus.insert(id);
        facts.present.insert(id);
        facts.cpus.push_back(cpu);
    }
    facts.possible = facts.online = facts.present;
    return facts;
}

const InstanceType& find_instance_type(const std::string& name) {
    std::vector<std::string> names;
    for (const InstanceType& type : instance_types()) {
        if (type.name == name) {
            return type;
        }
        names.emplace_back(type.name);
    }
    const std::string hint = did_you_mean_hint(name, names);
    Error error(ErrorKind::usage, "the table has no instance type \"" + name + "\"");
    error.set_hint(hint.empty() ? "it has " + join(names, ", ") : hint);
    throw error;
}

}  // namespace kiln::node
