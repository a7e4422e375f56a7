#include "node/gather_facts.hpp"

#include "base/strings.hpp"
#include "node/instance_metadata.hpp"
#include "node/interfaces.hpp"
#include "node/routes.hpp"

#include <algorithm>
#include <charconv>
#include <sys/utsname.h>

namespace kiln::node {

namespace {

const std::string kNodes = "/sys/devices/system/node";

/// What of the kernel's configuration decides whether a plan can work (NUMA balancing and names of
/// drivers show themselves in /sys).
constexpr const char* kConfigOptions[] = {
    "CONFIG_NO_HZ_FULL",
    "CONFIG_RCU_NOCB_CPU",
    "CONFIG_CPU_ISOLATION",
    "CONFIG_HUGETLBFS",
    "CONFIG_CMA",
    "CONFIG_VFIO_PCI",
    "CONFIG_VFIO_NOIOMMU",
    "CONFIG_UIO",
    "CONFIG_INTEL_IOMMU",
    "CONFIG_AMD_IOMMU",
    "CONFIG_RT_GROUP_SCHED",
    "CONFIG_KEXEC_FILE",
    "CONFIG_CPUSETS",
};

/// Reads with a memory of what was not there.
class TreeReader {
public:
    TreeReader(const NodeTree& tree, NodeFacts& facts) : tree_(tree), facts_(facts) {}

    const NodeTree& tree() const { return tree_; }

    std::string line(const std::string& path) {
        const auto text = tree_.read(path);
        if (!text) {
            facts_.missing.push_back(path);
        }
        return std::string(trim(text.value_or("")));
    }

    CpuSet cpu_list(const std::string& path) {
        const std::string text = line(path);
        const auto cpus = parse_plain_cpu_list(text);
        if (!cpus) {
            facts_.missing.push_back(path + " (\"" + text + "\" is no CPU list)");
        }
        return cpus.value_or(CpuSet{});
    }

private:
    const NodeTree& tree_;
    NodeFacts& facts_;
};

std::int64_t number_in(std::string_view text, std::int64_t otherwise = 0) {
    text = trim(text);
    std::int64_t value = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    return problem == std::errc() ? value : otherwise;
}

/// The number in what follows "MemTotal:" of a meminfo.
std::int64_t meminfo_kib(std::string_view meminfo, std::string_view name) {
    const std::size_t at = meminfo.find(name);
    return at == std::string_view::npos ? 0 : number_in(meminfo.substr(at + name.size()));
}

std::vector<HugepagePool> read_pools(const NodeTree& tree, const std::string& folder) {
    std::vector<HugepagePool> pools;
    for (const std::string& name : tree.list(folder)) {
        constexpr std::string_view prefix = "hugepages-";
        if (!name.starts_with(prefix)) {
            continue;
        }
        const auto count = [&](const char* file) {
            return number_in(tree.read_line(folder + "/" + name + "/" + file));
        };
        pools.push_back(
            {number_in(std::string_view(name).substr(prefix.size())),
             count("nr_hugepages"),
             count("free_hugepages"),
             count("surplus_hugepages")}
        );
    }
    std::sort(pools.begin(), pools.end(), [](const HugepagePool& a, const HugepagePool& b) {
        return a.size_kib < b.size_kib;
    });
    return pools;
}

/// Numbers of the names "memory12" among `names`.
std::vector<std::int64_t> numbered(const std::vector<std::string>& names, std::string_view prefix) {
    std::vector<std::int64_t> numbers;
    for (const std::string& name : names) {
        const std::int64_t number =
            name.starts_with(prefix) ? number_in(std::string_view(name).substr(prefix.size()), -1)
                                     : -1;
        if (number >= 0) {
            numbers.push_back(number);
        }
    }
    std::sort(numbers.begin(), numbers.end());
    return numbers;
}

/// A run of memory blocks is one range; a 1 GiB page needs an aligned GiB within one.
std::optional<int> whole_gib_of(const NodeTree& tree, const std::vector<std::string>& names) {
    std::int64_t block = 0;
    const std::string hex = tree.read_line("/sys/devices/system/memory/block_size_bytes");
    std::from_chars(hex.data(), hex.data() + hex.size(), block, 16);
    const std::vector<std::int64_t> blocks = numbered(names, "memory");
    if (block <= 0 || blocks.empty()) {
        return std::nullopt;
    }
    constexpr std::int64_t gib = kGiBInKiB * 1024;
    std::int64_t whole = 0;
    for (std::size_t i = 0; i < blocks.size();) {
        std::size_t end = i + 1;
        while (end < blocks.size() && blocks[end] == blocks[end - 1] + 1) {
            ++end;
        }
        const std::int64_t first = (blocks[i] * block + gib - 1) / gib;
        const std::int64_t last = (blocks[end - 1] + 1) * block / gib;
        whole += std::max<std::int64_t>(0, last - first);
        i = end;
    }
    return static_cast<int>(whole);
}

NumaNodeFacts read_node(TreeReader& reader, int id) {
    const std::string folder = kNodes + "/node" + std::to_string(id);
    NumaNodeFacts node;
    node.id = id;
    node.cpus = reader.cpu_list(folder + "/cpulist");
    const std::string meminfo = reader.line(folder + "/meminfo");
    node.memory_kib = meminfo_kib(meminfo, "MemTotal:");
    node.free_kib = meminfo_kib(meminfo, "MemFree:");
    node.whole_gib = whole_gib_of(reader.tree(), reader.tree().list(folder));
    for (const std::string& word : split(reader.line(folder + "/distance"), ' ')) {
        if (!word.empty()) {
            node.distances.push_back(static_cast<int>(number_in(word)));
        }
    }
    node.pools = read_pools(reader.tree(), folder + "/hugepages");
    return node;
}

void read_memory(TreeReader& reader, NodeFacts& facts) {
    const std::string meminfo = reader.line("/proc/meminfo");
    facts.memory_kib = meminfo_kib(meminfo, "MemTotal:");
    facts.default_hugepage_kib = meminfo_kib(meminfo, "Hugepagesize:");
    const std::vector<HugepagePool> pools = read_pools(reader.tree(), "/sys/kernel/mm/hugepages");
    for (const HugepagePool& pool : pools) {
        facts.hugepage_sizes_kib.push_back(pool.size_kib);
    }
    for (const int id : reader.cpu_list(kNodes + "/online")) {
        facts.nodes.push_back(read_node(reader, id));
    }
    if (facts.nodes.empty()) {
        // A kernel without NUMA: one node that is the machine.
        NumaNodeFacts whole;
        whole.cpus = facts.online;
        whole.memory_kib = facts.memory_kib;
        whole.free_kib = meminfo_kib(meminfo, "MemFree:");
        whole.pools = pools;
        facts.nodes.push_back(whole);
    }
}

CpuFacts read_cpu(TreeReader& reader, int id, bool online) {
    const std::string folder = kCpuFolder + "/cpu" + std::to_string(id) + "/topology";
    CpuFacts cpu{.id = id, .online = online, .siblings = {id}};
    // The folder is gone while the CPU is offline.
    if (!online) {
        return cpu;
    }
    cpu.package = static_cast<int>(number_in(reader.line(folder + "/physical_package_id"), -1));
    cpu.core = static_cast<int>(number_in(reader.line(folder + "/core_id"), -1));
    const CpuSet siblings = reader.cpu_list(folder + "/thread_siblings_list");
    cpu.siblings.insert(siblings.begin(), siblings.end());
    return cpu;
}

void read_cpus(TreeReader& reader, NodeFacts& facts) {
    facts.present = reader.cpu_list(kCpuFolder + "/present");
    facts.online = reader.cpu_list(kCpuFolder + "/online");
    facts.possible = reader.cpu_list(kCpuFolder + "/possible");
    facts.isolated = reader.cpu_list(kCpuFolder + "/isolated");
    facts.nohz_full =
        parse_plain_cpu_list(reader.tree().read_line(kCpuFolder + "/nohz_full")).value_or(CpuSet{});
    facts.smt = reader.tree().read_line(kCpuFolder + "/smt/control");
    for (const int id : facts.present) {
        facts.cpus.push_back(read_cpu(reader, id, facts.online.contains(id)));
    }
}

void put_cpus_on_nodes(NodeFacts& facts) {
    for (CpuFacts& cpu : facts.cpus) {
        for (const NumaNodeFacts& node : facts.nodes) {
            if (node.cpus.contains(cpu.id)) {
                cpu.numa_node = node.id;
            }
        }
    }
}

std::string without_0x(std::string text) {
    return text.starts_with("0x") ? text.substr(2) : text;
}

NicFacts read_nic(TreeReader& reader, const std::string& address) {
    const NodeTree& tree = reader.tree();
    const std::string folder = kPciFolder + "/" + address;
    NicFacts nic;
    nic.address = address;
    nic.vendor = without_0x(reader.line(folder + "/vendor"));
    nic.device = without_0x(reader.line(folder + "/device"));
    nic.driver = tree.link_name(folder + "/driver").value_or("");
    nic.driver_override = tree.read_line(folder + "/driver_override");
    if (nic.driver_override == "(null)") {
        nic.driver_override.clear();
    }
    nic.iommu_group = tree.link_name(folder + "/iommu_group").value_or("");
    nic.numa_node = static_cast<int>(number_in(reader.line(folder + "/numa_node"), -1));
    nic.interfaces = read_interfaces(tree, address);
    nic.carries = carried_by(tree, address);
    nic.physical_function = tree.link_name(folder + "/physfn").value_or("");
    nic.virtual_functions = static_cast<int>(number_in(tree.read_line(folder + "/sriov_numvfs")));
    nic.most_virtual_functions =
        static_cast<int>(number_in(tree.read_line(folder + "/sriov_totalvfs")));
    return nic;
}

void read_nics(TreeReader& reader, NodeFacts& facts) {
    facts.has_iommu = !reader.tree().list("/sys/class/iommu").empty();
    for (const std::string& address : reader.tree().list(kPciFolder)) {
        if (reader.tree().read_line(kPciFolder + "/" + address + "/class").starts_with("0x02")) {
            facts.nics.push_back(read_nic(reader, address));
        }
    }
}

/// "none [integrity] confidentiality": the one in brackets is in force.
std::string bracketed(const std::string& text) {
    const std::size_t begin = text.find('[');
    const std::size_t end = text.find(']', begin);
    return end == std::string::npos ? "" : text.substr(begin + 1, end - begin - 1);
}

std::map<std::string, std::string> read_config(const NodeTree& tree, const std::string& release) {
    std::map<std::string, std::string> config;
    auto text = tree.read("/boot/config-" + release);
    if (!text) {
        text = tree.read("/lib/modules/" + release + "/config");
    }
    if (!text) {
        return config;
    }
    for (const char* option : kConfigOptions) {
        const std::size_t at = ("\n" + *text).find("\n" + std::string(option) + "=");
        config[option] = at == std::string::npos
                             ? "n"
                             : text->substr(at + std::string_view(option).size() + 1, 1);
    }
    return config;
}

/// A captured tree has it from uname; the running kernel is asked.
std::string architecture(const NodeTree& tree) {
    if (!tree.is_live()) {
        return tree.read_line("/kiln-node/architecture");
    }
    utsname name{};
    return ::uname(&name) == 0 ? name.machine : "";
}

void read_kernel(TreeReader& reader, NodeFacts& facts) {
    const NodeTree& tree = reader.tree();
    facts.kernel.release = reader.line("/proc/sys/kernel/osrelease");
    facts.kernel.architecture = architecture(tree);
    facts.kernel.command_line = reader.line("/proc/cmdline");
    facts.kernel.boot_id = tree.read_line("/proc/sys/kernel/random/boot_id");
    facts.kernel.config = read_config(tree, facts.kernel.release);
    facts.kernel.lockdown = bracketed(tree.read_line("/sys/kernel/security/lockdown"));
}

/// PRETTY_NAME="Amazon Linux 2023.5.20240805"
std::string pretty_name(const NodeTree& tree) {
    for (const std::string& line : split(tree.read("/etc/os-release").value_or(""), '\n')) {
        constexpr std::string_view name = "PRETTY_NAME=";
        if (line.starts_with(name)) {
            return replace_all(line.substr(name.size()), "\"", "");
        }
    }
    return "";
}

OtherTools read_other_tools(const NodeTree& tree) {
    OtherTools tools;
    for (const char* path : {"/etc/sysconfig/irqbalance", "/etc/default/irqbalance"}) {
        if (tree.exists(path)) {
            tools.irqbalance = path;
        }
    }
    tools.tuned = tree.read_line("/etc/tuned/active_profile");
    if (tools.tuned.empty() && tree.exists("/usr/sbin/tuned")) {
        tools.tuned = "installed";
    }
    tools.driverctl = !tree.list("/etc/driverctl.d").empty();
    return tools;
}

int cgroup_version(const NodeTree& tree) {
    if (tree.exists("/sys/fs/cgroup/cgroup.controllers")) {
        return 2;
    }
    return tree.exists("/sys/fs/cgroup/cpuset") ? 1 : 0;
}

/// Nitro's firmware tells type and id, without a network. A captured tree has what the node's
/// metadata said.
InstanceFacts read_instance(const NodeTree& tree) {
    if (const auto captured =
            tree.is_live() ? std::nullopt : tree.read("/kiln-node/instance.json")) {
        if (auto instance = parse_instance_json(*captured)) {
            return *instance;
        }
    }
    const std::string dmi = "/sys/class/dmi/id/";
    if (tree.read_line(dmi + "sys_vendor") != "Amazon EC2") {
        return {};
    }
    return {
        .type = tree.read_line(dmi + "product_name"),
        .id = tree.read_line(dmi + "board_asset_tag")};
}

}  // namespace

NodeFacts gather_facts(const NodeTree& tree) {
    NodeFacts facts;
    TreeReader reader(tree, facts);
    read_kernel(reader, facts);
    facts.boot_loader = read_boot_configuration(tree).loader;
    facts.system = pretty_name(tree);
    read_cpus(reader, facts);
    read_memory(reader, facts);
    put_cpus_on_nodes(facts);
    read_nics(reader, facts);
    facts.cgroup_version = cgroup_version(tree);
    facts.other_tools = read_other_tools(tree);
    facts.instance = read_instance(tree);
    return facts;
}

}  // namespace kiln::node
