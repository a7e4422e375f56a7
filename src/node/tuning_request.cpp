#include "node/tuning_request.hpp"

#include "base/error.hpp"
#include "base/strings.hpp"
#include "node/cpu_list.hpp"
#include "node/gather_facts.hpp"
#include "node/node_facts.hpp"
#include "node/node_plan.hpp"

#include <algorithm>
#include <charconv>

namespace kiln::node {

namespace {

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

bool is_image(const NodeTree& tree) {
    return !tree.is_live() && tree.root() == "/";
}

PlannedCores choose_cores(const TuningRequest& request, const NodeTree& tree) {
    PlannedCores cores{
        parse_plain_cpu_list(request.isolated_cores).value_or(CpuSet{}),
        parse_plain_cpu_list(request.housekeeping_cores).value_or(CpuSet{})};
    const auto present = parse_plain_cpu_list(tree.read_line("/sys/devices/system/cpu/present"));
    if (is_image(tree)) {
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

/// The pages by NUMA node; none when the nodes are not known or the kernel is to choose.
std::vector<PlannedPages> request_pages(
    const TuningRequest& request, const CpuSet& isolated, const NodeTree& tree
) {
    std::vector<PlannedPages> pages;
    if (!request.hugepages_near_cores || request.hugepages_gb == 0 || is_image(tree)) {
        return pages;
    }
    const std::vector<int> nodes = nodes_with_memory(tree);
    const int wanted = node_of(tree, isolated, nodes);
    for (const int node : nodes) {
        pages.push_back(
            {.node = node,
             .size_kib = kGiBInKiB,
             .count = node == wanted ? request.hugepages_gb : 0,
             .room = request.hugepages_gb}
        );
    }
    return pages;
}

/// The shipped profile of XRd and what the request says besides.
Profile request_profile(
    const TuningRequest& request, const std::vector<PlannedPages>& pages, SourceMap& sources
) {
    Profile profile = shipped_profile("xrd-vrouter", sources);
    profile.systemd_affinity = true;
    std::vector<std::string> words;
    for (const std::string& word : profile.kernel_arguments) {
        if (word == "{hugepages}" && pages.empty() && request.hugepages_gb > 0) {
            words.insert(
                words.end(),
                {"default_hugepagesz=1G",
                 "hugepagesz=1G",
                 "hugepages=" + std::to_string(request.hugepages_gb)}
            );
        } else {
            words.push_back(word);
        }
    }
    words.insert(words.end(), request.extra_arguments.begin(), request.extra_arguments.end());
    profile.kernel_arguments = std::move(words);
    return profile;
}

/// Of an image nothing but its files is known: the kernel that runs is another machine's.
NodeFacts request_facts(const NodeTree& tree) {
    NodeFacts facts = gather_facts(tree);
    if (is_image(tree)) {
        NodeFacts of_files;
        of_files.other_tools = facts.other_tools;
        return of_files;
    }
    return facts;
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
    SourceMap sources;
    Diagnostics diagnostics;
    const PlannedCores cores = choose_cores(request, tree);
    NodePlan plan;
    plan.isolated = cores.isolated;
    plan.housekeeping = cores.housekeeping;
    plan.pages = request_pages(request, cores.isolated, tree);
    const Profile profile = request_profile(request, plan.pages, sources);
    plan_changes(profile, request_facts(tree), binary, plan, diagnostics);
    if (diagnostics.has_errors()) {
        throw Error(ErrorKind::input, render(diagnostics));
    }
    return plan.changes;
}

}  // namespace kiln::node
