#include "node/gather_facts.hpp"

#include "node/instance_types.hpp"
#include "node/testing/machine_fixture.hpp"

#include <gmock/gmock.h>

namespace kiln::node {
namespace {

NodeFacts machine(const std::string& type, int threads) {
    NodeFacts facts = facts_of_type(find_instance_type(type), threads);
    facts.knows_nics = true;
    facts.instance = {};
    facts.kernel.architecture.clear();
    facts.kernel.release = "6.1.0";
    facts.kernel.command_line = "root=/dev/nvme0n1p1 quiet";
    return facts;
}

/// Nodes 0, 2 and 5: no CPUs on 2, no memory on 5; CPUs 3 and 7 offline; four more possible.
NodeFacts odd_machine() {
    NodeFacts facts = machine("m5.4xlarge", 1);
    NumaNodeFacts& first = facts.nodes.front();
    NumaNodeFacts memory_only{
        .id = 2, .memory_kib = first.memory_kib / 2, .distances = {20, 10, 30}};
    NumaNodeFacts memoryless{.id = 5, .distances = {20, 30, 10}};
    first.distances = {10, 20, 20};
    for (const int id : {4, 5, 6}) {
        first.cpus.erase(id);
        memoryless.cpus.insert(id);
        facts.cpus[static_cast<std::size_t>(id)].numa_node = 5;
    }
    for (const int id : {3, 7}) {
        facts.online.erase(id);
        first.cpus.erase(id);
        facts.cpus[static_cast<std::size_t>(id)] = {.id = id, .online = false, .siblings = {id}};
    }
    facts.possible.insert({8, 9, 10, 11});
    facts.nodes.push_back(memory_only);
    facts.nodes.push_back(memoryless);
    return facts;
}

/// Eight nodes, as an EPYC in NPS4 mode on two sockets; siblings are neighbours.
NodeFacts eight_nodes() {
    NodeFacts facts = machine("m5.xlarge", 1);
    facts.cpus.clear();
    facts.nodes.clear();
    facts.present.clear();
    for (int id = 0; id < 8; ++id) {
        NumaNodeFacts node{.id = id, .memory_kib = 16 << 20, .free_kib = 15 << 20};
        node.distances.assign(8, 12);
        for (int cpu = 4 * id; cpu < 4 * id + 4; ++cpu) {
            facts.cpus.push_back(
                {.id = cpu,
                 .package = id / 4,
                 .core = cpu / 2,
                 .numa_node = id,
                 .siblings = {cpu / 2 * 2, cpu / 2 * 2 + 1}}
            );
            node.cpus.insert(cpu);
            facts.present.insert(cpu);
        }
        node.pools = {{2048, 0, 0, 0}, {1048576, 4, 3, 1}};
        facts.nodes.push_back(node);
    }
    facts.possible = facts.online = facts.present;
    return facts;
}

NodeFacts with_nics(NodeFacts facts) {
    facts.nics = {
        {.address = "0000:00:05.0",
         .vendor = "1d0f",
         .device = "ec20",
         .driver = "ena",
         .interfaces = {{"ens5", "0a:00:00:00:00:01", "up"}}},
        {.address = "10000:01:00.7",
         .vendor = "8086",
         .device = "1572",
         .driver = "vfio-pci",
         .iommu_group = "17",
         .numa_node = 1}};
    return facts;
}

struct ShapeCase {
    const char* name;
    NodeFacts facts;
};

TEST(GatherFacts, ReadsEveryShapeOfMachine) {
    const ShapeCase cases[] = {
        {"m5.24xlarge", machine("m5.24xlarge", 2)},
        {"m5.24xlarge without SMT, as XRd runs", machine("m5.24xlarge", 1)},
        {"m5n.16xlarge", machine("m5n.16xlarge", 2)},
        {"c6in.32xlarge", machine("c6in.32xlarge", 2)},
        {"c6gn.16xlarge, arm64", machine("c6gn.16xlarge", 1)},
        {"c5.metal with NICs", with_nics(machine("c5.metal", 2))},
        {"gaps, memory only, memoryless, offline", odd_machine()},
        {"eight nodes", eight_nodes()},
    };
    for (const ShapeCase& c : cases) {
        SCOPED_TRACE(c.name);
        TreeFixture fixture;
        put_machine(fixture, c.facts);
        NodeFacts facts = gather_facts(fixture.tree);
        EXPECT_THAT(facts.missing, testing::IsEmpty());
        EXPECT_EQ(print_facts_json(facts), print_facts_json(c.facts));
        EXPECT_EQ(facts, c.facts);
    }
}

TEST(GatherFacts, GoOnWithoutWhatIsNotThere) {
    TreeFixture fixture;
    const NodeFacts facts = gather_facts(fixture.tree);
    EXPECT_THAT(facts.cpus, testing::IsEmpty());
    EXPECT_EQ(facts.nodes.size(), 1u);
    EXPECT_THAT(facts.missing, testing::Contains("/sys/devices/system/cpu/present"));
    EXPECT_THAT(facts.missing, testing::Contains("/sys/devices/system/node/online"));
    EXPECT_THAT(facts.missing, testing::Contains("/proc/cmdline"));
}

TEST(GatherFacts, NamesWhatMakesNoSense) {
    TreeFixture fixture;
    put_machine(fixture, machine("m5.xlarge", 1));
    fixture.put("/sys/devices/system/cpu/online", "5-3\n");
    fixture.put("/sys/devices/system/node/node0/meminfo", "");
    const NodeFacts facts = gather_facts(fixture.tree);
    EXPECT_THAT(
        facts.missing,
        testing::ElementsAre("/sys/devices/system/cpu/online (\"5-3\" is no CPU list)")
    );
    EXPECT_EQ(facts.nodes.front().memory_kib, 0);
}

TEST(GatherFacts, TakesAMachineWithoutNumaForOneNode) {
    TreeFixture fixture;
    NodeFacts shape = machine("m5.xlarge", 1);
    shape.nodes.clear();
    put_machine(fixture, shape);
    const NodeFacts facts = gather_facts(fixture.tree);
    ASSERT_EQ(facts.nodes.size(), 1u);
    EXPECT_EQ(facts.nodes[0].cpus, shape.online);
    EXPECT_EQ(facts.nodes[0].memory_kib, shape.memory_kib);
    EXPECT_EQ(facts.cpus[1].numa_node, 0);
}

// The PCI hole of node 0 cuts a GiB: blocks of 128 MiB, 3.5 GiB, a hole, 2.5 GiB more.
TEST(GatherFacts, CountsWholeGibOfMemoryBlocks) {
    TreeFixture fixture;
    put_machine(fixture, machine("m5.xlarge", 1));
    fixture.put("/sys/devices/system/memory/block_size_bytes", "8000000\n");
    for (int block = 0; block < 52; ++block) {
        if (block < 28 || block >= 32) {
            fixture.link(
                "/sys/devices/system/node/node0/memory" + std::to_string(block), "../../memory"
            );
        }
    }
    const NodeFacts facts = gather_facts(fixture.tree);
    EXPECT_EQ(facts.nodes[0].whole_gib, 5);
}

}  // namespace
}  // namespace kiln::node
