#include "node/tuning_request.hpp"

#include "base/error.hpp"
#include "base/strings.hpp"
#include "node/changes_json.hpp"
#include "node/cpu_list.hpp"
#include "node/units.hpp"

#include <algorithm>
#include <charconv>

namespace kiln::node {

namespace {

constexpr std::int64_t kGiBInKiB = 1048576;

/// Values of the XRd project's xrd-sysctl.conf. "At least" throughout: the base image of EKS sets
/// fs.inotify.max_user_watches higher.
struct Sysctl {
    const char* key;
    const char* value;
    SetKernelValue::Rule rule = SetKernelValue::Rule::at_least;
};
constexpr Sysctl kSysctls[] = {
    {"fs.inotify.max_user_instances", "65536"},
    {"fs.inotify.max_user_watches", "65536"},
    {"kernel.randomize_va_space", "2", SetKernelValue::Rule::exact},
    {"net.core.rmem_max", "67108864"},
    {"net.core.wmem_max", "67108864"},
    {"net.core.rmem_default", "67108864"},
    {"net.core.wmem_default", "67108864"},
    {"net.core.netdev_max_backlog", "300000"},
    {"net.core.optmem_max", "67108864"},
    {"net.ipv4.udp_mem", "1124736 10000000 67108864"},
};

std::optional<int> decimal(std::string_view text) {
    int value = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (problem != std::errc() || end != text.data() + text.size() || value < 0) {
        return std::nullopt;
    }
    return value;
}

Error impossible(const std::string& what, const std::string& hint) {
    return Error(ErrorKind::input, what).set_hint(hint);
}

struct Cores {
    CpuSet isolated;
    CpuSet housekeeping;
};

Cores choose_cores(const TuningRequest& request, const NodeTree& tree) {
    Cores cores{
        parse_plain_cpu_list(request.isolated_cores).value_or(CpuSet{}),
        parse_plain_cpu_list(request.housekeeping_cores).value_or(CpuSet{})};
    const auto present = parse_plain_cpu_list(tree.read_line("/sys/devices/system/cpu/present"));
    if (!tree.is_live() && tree.root() == "/") {
        if (cores.housekeeping.empty()) {
            throw impossible(
                "an image does not know the CPUs of the machine that it will run on",
                "name the housekeeping cores too"
            );
        }
    } else if (present && !present->empty()) {
        const CpuSet missing = difference(cores.isolated, *present);
        if (!missing.empty()) {
            throw impossible(
                "isolated cores " + print_cpu_list(missing) + " do not exist; present are " +
                    print_cpu_list(*present) + ", and the kernel would ignore the whole list",
                "name cores of this machine"
            );
        }
        cores.housekeeping = difference(*present, cores.isolated);
    }
    if (cores.isolated.contains(0)) {
        throw impossible("CPU 0 can not be isolated: the kernel keeps time on it", "leave it out");
    }
    if (cores.housekeeping.empty() || intersects(cores.housekeeping, cores.isolated)) {
        throw impossible(
            "no CPU is left for the system besides " + print_cpu_list(cores.isolated),
            "isolate fewer cores"
        );
    }
    return cores;
}

std::vector<int> nodes_with_memory(const NodeTree& tree) {
    const auto nodes = parse_plain_cpu_list(tree.read_line("/sys/devices/system/node/has_memory"));
    return nodes ? std::vector<int>(nodes->begin(), nodes->end()) : std::vector<int>{};
}

/// The lowest node with memory that holds isolated cores.
int node_of(const NodeTree& tree, const CpuSet& isolated, const std::vector<int>& nodes) {
    for (const int node : nodes) {
        const auto cpus = parse_plain_cpu_list(
            tree.read_line("/sys/devices/system/node/node" + std::to_string(node) + "/cpulist")
        );
        if (cpus && intersects(*cpus, isolated)) {
            return node;
        }
    }
    return nodes.empty() ? 0 : nodes.front();
}

std::vector<std::string> kernel_words(
    const TuningRequest& request, const Cores& cores, const std::string& pages
) {
    std::vector<std::string> words;
    if (request.hugepages_gb > 0) {
        words = {"default_hugepagesz=1G", "hugepagesz=1G", "hugepages=" + pages};
    }
    const std::string isolated = print_cpu_list(cores.isolated);
    if (!isolated.empty()) {
        for (const std::string& word :
             {"isolcpus=" + isolated,
              "nohz_full=" + isolated,
              "rcu_nocbs=" + isolated,
              "irqaffinity=" + print_cpu_list(cores.housekeeping),
              std::string("nohz=on"),
              std::string("skew_tick=1"),
              std::string("intel_pstate=disable"),
              std::string("tsc=reliable"),
              std::string("nosoftlockup"),
              std::string("rcupdate.rcu_normal_after_boot=1")}) {
            words.push_back(word);
        }
    }
    words.insert(words.end(), request.extra_arguments.begin(), request.extra_arguments.end());
    return words;
}

void add_sysctls(std::vector<NodeAction>& actions) {
    std::string text = "# kiln-node; do not edit\n";
    for (const Sysctl& one : kSysctls) {
        actions.push_back(SetKernelValue{
            .path = "/proc/sys/" + replace_all(one.key, ".", "/"),
            .value = one.value,
            .rule = one.rule,
            .reason = "what XRd asks for"});
        if (one.key != std::string_view("fs.inotify.max_user_watches")) {
            text += std::string(one.key) + " = " + one.value + "\n";
        }
    }
    actions.push_back(WriteFile{
        "/etc/sysctl.d/99-zz-kiln-node.conf", text, 0644, "the same in each boot"});
}

void add_isolation(const Cores& cores, const NodeTree& tree, std::vector<NodeAction>& actions) {
    const std::string isolated = print_cpu_list(cores.isolated);
    const std::string housekeeping = print_cpu_list(cores.housekeeping);
    const std::string why = "nothing but the data plane runs on " + isolated;
    for (const char* path : {"/etc/sysconfig/irqbalance", "/etc/default/irqbalance"}) {
        if (tree.exists(path)) {
            actions.push_back(SetAssignment{path, "IRQBALANCE_BANNED_CPULIST", isolated, why});
        }
    }
    actions.push_back(WriteFile{
        "/etc/systemd/system.conf.d/90-kiln-node.conf",
        "# kiln-node; do not edit\n[Manager]\nCPUAffinity=" + housekeeping + "\n",
        0644,
        why});
    actions.push_back(MoveInterrupts{housekeeping, isolated, why});
    actions.push_back(MoveWorkqueues{housekeeping, why});
}

}  // namespace

ParsedRequest parse_request(const std::map<std::string, std::string>& environment) {
    ParsedRequest parsed;
    const auto value = [&](const char* name) {
        const auto found = environment.find(name);
        return found == environment.end() ? std::string() : found->second;
    };
    const std::string pages = value("HUGEPAGES_GB");
    const std::string cores = value("ISOLATED_CORES");
    for (const auto& [name, text] : {std::pair{"HUGEPAGES_GB", pages}, {"ISOLATED_CORES", cores}}) {
        if (text.empty()) {
            parsed.mistakes.push_back(std::string(name) + " environment variable not set");
        }
    }
    if (!parsed.mistakes.empty()) {
        return parsed;
    }
    if (const auto count = decimal(pages)) {
        parsed.request.hugepages_gb = *count;
    } else {
        parsed.mistakes.push_back(
            "HUGEPAGES_GB is \"" + pages + "\"; expected a whole number, 0 or more"
        );
    }
    for (const char* name : {"ISOLATED_CORES", "HOUSEKEEPING_CORES"}) {
        const auto cpus = parse_plain_cpu_list(value(name));
        if (!cpus || (cpus->empty() && name == std::string_view("ISOLATED_CORES"))) {
            parsed.mistakes.push_back(
                std::string(name) + " is \"" + value(name) +
                "\"; expected a CPU list such as 2-15,18"
            );
        }
    }
    parsed.request.isolated_cores = cores;
    parsed.request.housekeeping_cores = value("HOUSEKEEPING_CORES");
    parsed.request.hugepages_near_cores = value("HUGEPAGES_NODE") != "any";
    parsed.request.extra_arguments = split_kernel_line(value("KERNEL_ARGUMENTS"));
    return parsed;
}

std::string print_request(const TuningRequest& request) {
    return "# kiln-node; what this node is to be tuned to\nHUGEPAGES_GB=" +
           std::to_string(request.hugepages_gb) + "\nISOLATED_CORES=" + request.isolated_cores +
           "\nHOUSEKEEPING_CORES=" + request.housekeeping_cores +
           "\nHUGEPAGES_NODE=" + (request.hugepages_near_cores ? "near" : "any") +
           "\nKERNEL_ARGUMENTS=" + join(request.extra_arguments, " ") + "\n";
}

std::optional<std::map<std::string, std::string>> read_request(const NodeTree& tree) {
    const auto text = tree.read(kRequestPath);
    if (!text) {
        return std::nullopt;
    }
    std::map<std::string, std::string> values;
    for (const std::string& line : split(*text, '\n')) {
        const std::size_t equals = line.find('=');
        if (equals != std::string::npos && !line.starts_with('#')) {
            values[std::string(trim(line.substr(0, equals)))] = trim(line.substr(equals + 1));
        }
    }
    return values;
}

PlannedChanges request_changes(
    const TuningRequest& request, const NodeTree& tree, const std::string& binary
) {
    const bool is_image = !tree.is_live() && tree.root() == "/";
    const Cores cores = choose_cores(request, tree);
    const std::vector<int> nodes = is_image ? std::vector<int>{} : nodes_with_memory(tree);
    std::string pages = std::to_string(request.hugepages_gb);
    PlannedChanges changes;
    if (request.hugepages_near_cores && !is_image && request.hugepages_gb > 0) {
        const int wanted = node_of(tree, cores.isolated, nodes);
        pages = std::to_string(wanted) + ":" + pages;
        for (const int node : nodes) {
            changes.actions.push_back(SetHugepages{
                node,
                kGiBInKiB,
                node == wanted ? request.hugepages_gb : 0,
                node == wanted ? "the isolated cores are here" : "the pages are elsewhere"});
        }
    }
    changes.kernel.set = kernel_words(request, cores, pages);
    add_sysctls(changes.actions);
    add_isolation(cores, tree, changes.actions);
    for (NodeAction& unit : unit_actions(binary)) {
        changes.actions.push_back(std::move(unit));
    }
    changes.hash = hash_of(changes);
    return changes;
}

}  // namespace kiln::node
