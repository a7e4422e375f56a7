#include "base/strings.hpp"
#include "base/units.hpp"
#include "node/instance_metadata.hpp"
#include "node/node_facts.hpp"
#include "node/node_plan.hpp"
#include "node/text_or_null.hpp"

#include <nlohmann/json.hpp>

namespace kiln::node {

namespace {

using Json = nlohmann::ordered_json;

Json pools_json(const std::vector<HugepagePool>& pools) {
    Json list = Json::array();
    for (const HugepagePool& pool : pools) {
        list.push_back(
            {{"size_kib", pool.size_kib},
             {"total", pool.total},
             {"free", pool.free},
             {"surplus", pool.surplus}}
        );
    }
    return list;
}

Json cpus_json(const NodeFacts& facts) {
    Json list = Json::array();
    for (const CpuFacts& cpu : facts.cpus) {
        list.push_back(
            {{"id", cpu.id},
             {"online", cpu.online},
             {"package", cpu.package},
             {"core", cpu.core},
             {"numa_node", cpu.numa_node},
             {"siblings", print_cpu_list(cpu.siblings)}}
        );
    }
    return list;
}

Json nodes_json(const NodeFacts& facts) {
    Json list = Json::array();
    for (const NumaNodeFacts& node : facts.nodes) {
        list.push_back(
            {{"id", node.id},
             {"cpus", print_cpu_list(node.cpus)},
             {"memory_kib", node.memory_kib},
             {"free_kib", node.free_kib},
             {"whole_gib", node.whole_gib ? Json(*node.whole_gib) : Json(nullptr)},
             {"distances", node.distances},
             {"hugepages", pools_json(node.pools)}}
        );
    }
    return list;
}

Json nics_json(const NodeFacts& facts) {
    Json list = Json::array();
    for (const NicFacts& nic : facts.nics) {
        Json interfaces = Json::array();
        for (const InterfaceFacts& one : nic.interfaces) {
            interfaces.push_back(
                {{"name", to_valid_utf8(one.name)},
                 {"mac", text_or_null(one.mac)},
                 {"state", text_or_null(one.state)}}
            );
        }
        list.push_back(
            {{"address", to_valid_utf8(nic.address)},
             {"vendor", text_or_null(nic.vendor)},
             {"device", text_or_null(nic.device)},
             {"driver", text_or_null(nic.driver)},
             {"driver_override", text_or_null(nic.driver_override)},
             {"iommu_group", text_or_null(nic.iommu_group)},
             {"numa_node", nic.numa_node},
             {"interfaces", std::move(interfaces)},
             {"carries", text_or_null(nic.carries)},
             {"physical_function", text_or_null(nic.physical_function)},
             {"virtual_functions", nic.virtual_functions},
             {"most_virtual_functions", nic.most_virtual_functions}}
        );
    }
    return list;
}

class Page {
public:
    void line(const std::string& name, const std::string& value) {
        if (!value.empty()) {
            text_ +=
                name + std::string(name.size() < 14 ? 14 - name.size() : 1, ' ') + value + "\n";
        }
    }
    std::string take() { return std::move(text_); }

private:
    std::string text_;
};

std::string gib(std::int64_t kib) {
    return format_bytes(kib * kKiB);
}

std::string node_line(const NumaNodeFacts& node) {
    std::string text = "CPUs " + (node.cpus.empty() ? "none" : print_cpu_list(node.cpus)) + ", " +
                       (node.memory_kib > 0 ? gib(node.memory_kib) : "no memory");
    for (const HugepagePool& pool : node.pools) {
        if (pool.total > 0) {
            text += ", " + std::to_string(pool.total) + " pages of " +
                    page_size_name(pool.size_kib) + " (" + std::to_string(pool.free) + " free)";
        }
    }
    return text;
}

std::string nic_line(const NicFacts& nic) {
    std::string text =
        nic.vendor + ":" + nic.device + " " + (nic.driver.empty() ? "no driver" : nic.driver);
    for (const InterfaceFacts& one : nic.interfaces) {
        text += ", " + one.name + " " + one.mac + " " + one.state;
    }
    text += nic.numa_node >= 0 ? ", NUMA node " + std::to_string(nic.numa_node) : "";
    text += nic.iommu_group.empty() ? "" : ", IOMMU group " + nic.iommu_group;
    text += nic.most_virtual_functions > 0
                ? ", " + std::to_string(nic.virtual_functions) + " of " +
                      std::to_string(nic.most_virtual_functions) + " virtual functions"
                : "";
    text += nic.physical_function.empty() ? "" : ", virtual function of " + nic.physical_function;
    return text + (nic.carries.empty() ? "" : ", carries " + nic.carries);
}

}  // namespace

std::string print_facts_json(const NodeFacts& facts) {
    const KernelFacts& kernel = facts.kernel;
    const Json document = {
        {"kernel",
         {{"release", text_or_null(kernel.release)},
          {"architecture", text_or_null(kernel.architecture)},
          {"command_line", text_or_null(kernel.command_line)},
          {"boot_id", text_or_null(kernel.boot_id)},
          {"lockdown", text_or_null(kernel.lockdown)},
          {"config", kernel.config}}},
        {"boot_loader", name_of(facts.boot_loader)},
        {"system", text_or_null(facts.system)},
        {"cpu_sets",
         {{"possible", print_cpu_list(facts.possible)},
          {"present", print_cpu_list(facts.present)},
          {"online", print_cpu_list(facts.online)},
          {"isolated", print_cpu_list(facts.isolated)},
          {"nohz_full", print_cpu_list(facts.nohz_full)},
          {"smt", text_or_null(facts.smt)}}},
        {"cpus", cpus_json(facts)},
        {"numa_nodes", nodes_json(facts)},
        {"memory_kib", facts.memory_kib},
        {"hugepage_sizes_kib", facts.hugepage_sizes_kib},
        {"default_hugepage_kib", facts.default_hugepage_kib},
        {"iommu", facts.has_iommu},
        {"nics", nics_json(facts)},
        {"cgroup_version", facts.cgroup_version},
        {"other_tools",
         {{"irqbalance", text_or_null(facts.other_tools.irqbalance)},
          {"tuned", text_or_null(facts.other_tools.tuned)},
          {"driverctl", facts.other_tools.driverctl}}},
        {"instance", Json::parse(print_instance_json(facts.instance))},
        {"missing", facts.missing}};
    return document.dump(2) + "\n";
}

std::string print_facts(const NodeFacts& facts) {
    Page page;
    page.line("system", facts.system);
    page.line(
        "instance", facts.instance.type + (facts.instance.id.empty() ? "" : " ") + facts.instance.id
    );
    page.line("kernel", facts.kernel.release + " " + facts.kernel.architecture);
    page.line("command line", facts.kernel.command_line);
    page.line("boot loader", name_of(facts.boot_loader));
    page.line(
        "CPUs", print_cpu_list(facts.present) + (facts.smt.empty() ? "" : ", SMT " + facts.smt)
    );
    page.line("offline", print_cpu_list(difference(facts.present, facts.online)));
    page.line("isolated", print_cpu_list(facts.isolated));
    page.line("without tick", print_cpu_list(facts.nohz_full));
    page.line("memory", gib(facts.memory_kib));
    for (const NumaNodeFacts& node : facts.nodes) {
        page.line("NUMA node " + std::to_string(node.id), node_line(node));
    }
    std::vector<std::string> sizes;
    for (const std::int64_t size : facts.hugepage_sizes_kib) {
        sizes.push_back(page_size_name(size));
    }
    page.line("page sizes", join(sizes, ", "));
    page.line("IOMMU", facts.has_iommu ? "yes" : "no");
    for (const NicFacts& nic : facts.nics) {
        page.line(nic.address, " " + nic_line(nic));
    }
    for (const EniFacts& eni : facts.instance.enis) {
        page.line(
            eni.id,
            eni.mac + ", index " + std::to_string(eni.device_index) + ", " + eni.subnet + " " +
                eni.subnet_cidr
        );
    }
    page.line("irqbalance", facts.other_tools.irqbalance);
    page.line("TuneD", facts.other_tools.tuned);
    for (const std::string& path : facts.missing) {
        page.line("not there", path);
    }
    return page.take();
}

}  // namespace kiln::node
