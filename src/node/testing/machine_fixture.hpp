#pragma once

#include "node/node_facts.hpp"
#include "node/testing/tree_fixture.hpp"

namespace kiln::node {

/// Writes what /sys and /proc of a machine with these CPUs, NUMA nodes and NICs look like, in the
/// kernel's forms. A constructed machine, of any shape, instead of thousands of committed files.
inline void put_machine(TreeFixture& fixture, const NodeFacts& facts) {
    const std::string cpu = "/sys/devices/system/cpu/";
    fixture.put(cpu + "possible", print_cpu_list(facts.possible) + "\n")
        .put(cpu + "present", print_cpu_list(facts.present) + "\n")
        .put(cpu + "online", print_cpu_list(facts.online) + "\n")
        .put(cpu + "isolated", print_cpu_list(facts.isolated) + "\n")
        .put(cpu + "nohz_full", "  (null)\n")
        .put(cpu + "smt/control", facts.smt + "\n");
    for (const CpuFacts& one : facts.cpus) {
        if (one.online) {
            const std::string topology = cpu + "cpu" + std::to_string(one.id) + "/topology/";
            fixture.put(topology + "physical_package_id", std::to_string(one.package) + "\n")
                .put(topology + "core_id", std::to_string(one.core) + "\n")
                .put(topology + "thread_siblings_list", print_cpu_list(one.siblings) + "\n");
        }
    }
    CpuSet nodes;
    CpuSet with_memory;
    for (const NumaNodeFacts& node : facts.nodes) {
        const std::string number = std::to_string(node.id);
        const std::string folder = "/sys/devices/system/node/node" + number + "/";
        nodes.insert(node.id);
        if (node.memory_kib > 0) {
            with_memory.insert(node.id);
        }
        std::string distances;
        for (const int distance : node.distances) {
            distances += (distances.empty() ? "" : " ") + std::to_string(distance);
        }
        fixture.put(folder + "cpulist", print_cpu_list(node.cpus) + "\n")
            .put(
                folder + "meminfo",
                "Node " + number + " MemTotal:       " + std::to_string(node.memory_kib) +
                    " kB\nNode " + number + " MemFree:        " + std::to_string(node.free_kib) +
                    " kB\n"
            )
            .put(folder + "distance", distances + "\n");
        for (const HugepagePool& pool : node.pools) {
            const std::string pages =
                folder + "hugepages/hugepages-" + std::to_string(pool.size_kib) + "kB/";
            fixture.put(pages + "nr_hugepages", std::to_string(pool.total) + "\n")
                .put(pages + "free_hugepages", std::to_string(pool.free) + "\n")
                .put(pages + "surplus_hugepages", std::to_string(pool.surplus) + "\n");
        }
    }
    fixture.put("/sys/devices/system/node/online", print_cpu_list(nodes) + "\n")
        .put("/sys/devices/system/node/has_memory", print_cpu_list(with_memory) + "\n");
    for (const std::int64_t size : facts.hugepage_sizes_kib) {
        fixture.put(
            "/sys/kernel/mm/hugepages/hugepages-" + std::to_string(size) + "kB/nr_hugepages", "0\n"
        );
    }
    fixture
        .put(
            "/proc/meminfo",
            "MemTotal:       " + std::to_string(facts.memory_kib) +
                " kB\nHugepagesize:       " + std::to_string(facts.default_hugepage_kib) + " kB\n"
        )
        .put("/proc/cmdline", facts.kernel.command_line + "\n")
        .put("/proc/sys/kernel/osrelease", facts.kernel.release + "\n");
    for (const NicFacts& nic : facts.nics) {
        const std::string folder = "/sys/bus/pci/devices/" + nic.address + "/";
        fixture.put(folder + "class", "0x020000\n")
            .put(folder + "vendor", "0x" + nic.vendor + "\n")
            .put(folder + "device", "0x" + nic.device + "\n")
            .put(folder + "numa_node", std::to_string(nic.numa_node) + "\n")
            .put(folder + "driver_override", "(null)\n");
        if (!nic.driver.empty()) {
            fixture.link(folder + "driver", "../../drivers/" + nic.driver);
        }
        if (!nic.iommu_group.empty()) {
            fixture.link(folder + "iommu_group", "../../../kernel/iommu_groups/" + nic.iommu_group);
        }
        for (const InterfaceFacts& one : nic.interfaces) {
            fixture.put(folder + "net/" + one.name + "/address", one.mac + "\n")
                .put("/sys/class/net/" + one.name + "/address", one.mac + "\n")
                .put("/sys/class/net/" + one.name + "/operstate", one.state + "\n")
                .link(
                    "/sys/class/net/" + one.name + "/device",
                    "../../../bus/pci/devices/" + nic.address
                );
        }
    }
}

}  // namespace kiln::node
