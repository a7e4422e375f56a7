#include "base/error.hpp"
#include "node/node_plan.hpp"

#include <algorithm>

// Which CPUs are isolated. With SMT the threads of a core share what makes it fast, so cores are
// taken whole, and always by the sibling lists: EC2 numbers siblings n and n + cores, QEMU and some
// AMD machines 2n and 2n + 1.

namespace kiln::node {

namespace {

constexpr std::size_t kLeastHousekeepingCores = 2;
constexpr std::size_t kSmallMachineCores = 4;  // here one core is enough

/// The online threads of each core, by their lowest CPU.
std::vector<CpuSet> cores_among(const NodeFacts& facts, const CpuSet& cpus) {
    std::vector<CpuSet> cores;
    for (const CpuFacts& cpu : facts.cpus) {
        if (cpu.online && cpus.contains(cpu.id) && *cpu.siblings.begin() == cpu.id) {
            cores.push_back(cpu.siblings);
        }
    }
    return cores;
}

std::size_t core_count(const NodeFacts& facts, const CpuSet& cpus) {
    std::set<CpuSet> cores;
    for (const CpuFacts& cpu : facts.cpus) {
        if (cpus.contains(cpu.id)) {
            cores.insert(cpu.siblings);
        }
    }
    return cores.size();
}

int nics_on(const NodeFacts& facts, int node) {
    return static_cast<int>(std::count_if(
        facts.nics.begin(),
        facts.nics.end(),
        [node](const NicFacts& nic) { return nic.numa_node == node && nic.carries.empty(); }
    ));
}

/// Nodes with CPUs: those with NICs first, then the one with more memory.
std::vector<const NumaNodeFacts*> nodes_by_preference(const NodeFacts& facts) {
    std::vector<const NumaNodeFacts*> nodes;
    for (const NumaNodeFacts& node : facts.nodes) {
        if (!node.cpus.empty()) {
            nodes.push_back(&node);
        }
    }
    std::stable_sort(nodes.begin(), nodes.end(), [&](const auto* a, const auto* b) {
        const int nics_a = nics_on(facts, a->id);
        const int nics_b = nics_on(facts, b->id);
        return nics_a != nics_b ? nics_a > nics_b : a->memory_kib > b->memory_kib;
    });
    return nodes;
}

CpuSet count_cores(const CoreRequest& request, const NodeFacts& facts, Diagnostics& diagnostics) {
    CpuSet isolated;
    int wanted = request.cores;
    for (const NumaNodeFacts* node : nodes_by_preference(facts)) {
        if (request.node && *request.node != node->id) {
            continue;
        }
        std::vector<CpuSet> cores = cores_among(facts, node->cpus);
        // The first core stays: it is CPU 0's, or the kernel's own threads of this node need it.
        while (wanted > 0 && cores.size() > 1) {
            isolated.insert(cores.back().begin(), cores.back().end());
            cores.pop_back();
            --wanted;
        }
    }
    if (wanted > 0) {
        diagnostics.error(
            request.range,
            std::to_string(request.cores) + " cores can not be isolated" +
                (request.node ? " on NUMA node " + std::to_string(*request.node) : "") + ": " +
                std::to_string(request.cores - wanted) +
                " are there, when one of each NUMA node stays with the system"
        );
    }
    return isolated;
}

CpuSet all_but_cores(const CoreRequest& request, const NodeFacts& facts) {
    CpuSet isolated;
    for (const NumaNodeFacts& node : facts.nodes) {
        const std::vector<CpuSet> cores = cores_among(facts, node.cpus);
        for (std::size_t i = static_cast<std::size_t>(request.cores); i < cores.size(); ++i) {
            isolated.insert(cores[i].begin(), cores[i].end());
        }
    }
    return isolated;
}

CpuSet listed_cores(const CoreRequest& request, const NodeFacts& facts, Diagnostics& diagnostics) {
    const CpuSet& bound = facts.possible.empty() ? facts.present : facts.possible;
    const int bits = bound.empty() ? 1 : *bound.rbegin() + 1;
    try {
        return parse_cpu_list(request.list, bits);
    } catch (const Error& error) {
        diagnostics.error(
            request.range,
            error.message(),
            "the CPUs of this machine are " + print_cpu_list(facts.present)
        );
        return {};
    }
}

void check_present(
    const CpuSet& isolated, const CoreRequest& request, const NodeFacts& facts, Diagnostics& out
) {
    const CpuSet absent = difference(isolated, facts.present);
    const CpuSet offline = difference(difference(isolated, absent), facts.online);
    if (!absent.empty()) {
        out.error(
            request.range,
            "isolated CPUs " + print_cpu_list(absent) + " do not exist",
            "the CPUs of this machine are " + print_cpu_list(facts.present)
        );
    }
    if (!offline.empty()) {
        out.error(
            request.range,
            "isolated CPUs " + print_cpu_list(offline) + " are offline",
            "bring them online, or leave them out"
        );
    }
}

void check_boot_cpu(
    const CpuSet& isolated, const CoreRequest& request, const NodeFacts& facts, Diagnostics& out
) {
    const CpuFacts* boot = facts.find_cpu(0);
    const CpuSet core = boot == nullptr ? CpuSet{0} : boot->siblings;
    if (isolated.contains(0) || (!request.allow_split_cores && intersects(isolated, core))) {
        out.error(
            request.range,
            "the core of CPU 0 (" + print_cpu_list(core) +
                ") can not be isolated: the kernel keeps time on it",
            "leave " + print_cpu_list(core) + " out"
        );
    }
}

void check_split(
    const CpuSet& isolated, const CoreRequest& request, const NodeFacts& facts, Diagnostics& out
) {
    CpuSet halves;
    CpuSet others;
    for (const CpuFacts& cpu : facts.cpus) {
        if (!isolated.contains(cpu.id)) {
            continue;
        }
        const CpuSet rest = difference(cpu.siblings, isolated);
        if (!rest.empty()) {
            halves.insert(cpu.id);
            others.insert(rest.begin(), rest.end());
        }
    }
    if (halves.empty()) {
        return;
    }
    const std::string what = "isolated CPUs " + print_cpu_list(halves) +
                             " share their cores with " + print_cpu_list(others) +
                             ", which are not isolated";
    if (request.allow_split_cores) {
        out.warning(request.range, what);
    } else {
        out.error(
            request.range,
            what,
            "add " + print_cpu_list(others) +
                ", launch with one thread a core, or write smt: split-allowed"
        );
    }
}

void check_housekeeping(
    const PlannedCores& cores, const CoreRequest& request, const NodeFacts& facts, Diagnostics& out
) {
    if (cores.isolated.empty()) {
        return;
    }
    const std::size_t all = core_count(facts, facts.online);
    const std::size_t left = core_count(facts, difference(cores.housekeeping, cores.isolated));
    const std::size_t least = all <= kSmallMachineCores ? 1 : kLeastHousekeepingCores;
    if (left < least) {
        out.error(
            request.range,
            left == 0 ? "no CPU is left for the system"
                      : "one core is left for the system; it needs two",
            "isolate fewer CPUs"
        );
    }
    for (const NumaNodeFacts& node : facts.nodes) {
        if (!node.cpus.empty() && !intersects(node.cpus, cores.housekeeping)) {
            out.warning(
                request.range,
                "NUMA node " + std::to_string(node.id) +
                    " keeps no CPU for the system: the kernel's threads of that node run elsewhere",
                "leave one core of " + print_cpu_list(node.cpus)
            );
        }
    }
}

void check_written_housekeeping(
    const PlannedCores& cores, const CoreRequest& request, Diagnostics& out
) {
    if (request.housekeeping.empty()) {
        return;
    }
    const auto written = parse_plain_cpu_list(request.housekeeping);
    if (!written || *written != cores.housekeeping) {
        out.error(
            request.range,
            "housekeeping is written as " + request.housekeeping +
                ", but what is not isolated is " + print_cpu_list(cores.housekeeping),
            "leave housekeeping out, or make the two agree"
        );
    }
}

}  // namespace

PlannedCores plan_cores(
    const CoreRequest& request, const NodeFacts& facts, Diagnostics& diagnostics
) {
    PlannedCores cores;
    switch (request.how) {
        case CoreRequest::How::none:
            break;
        case CoreRequest::How::list:
            cores.isolated = listed_cores(request, facts, diagnostics);
            break;
        case CoreRequest::How::count:
            cores.isolated = count_cores(request, facts, diagnostics);
            break;
        case CoreRequest::How::all_but:
            cores.isolated = all_but_cores(request, facts);
            break;
    }
    cores.housekeeping = difference(facts.present, cores.isolated);
    if (request.how != CoreRequest::How::none) {
        check_present(cores.isolated, request, facts, diagnostics);
        check_boot_cpu(cores.isolated, request, facts, diagnostics);
        check_split(cores.isolated, request, facts, diagnostics);
        check_housekeeping(cores, request, facts, diagnostics);
        if (std::ssize(cores.isolated) < request.least_isolated) {
            diagnostics.error(
                request.range,
                std::to_string(cores.isolated.size()) + " CPUs are isolated; the profile needs " +
                    std::to_string(request.least_isolated),
                "isolate more CPUs"
            );
        }
    }
    if (request.how == CoreRequest::How::all_but && cores.isolated.empty()) {
        diagnostics.warning(
            request.range,
            "nothing is isolated: no NUMA node has more than " + std::to_string(request.cores) +
                " cores",
            "write a smaller all_but, or the CPUs"
        );
    }
    if (request.how == CoreRequest::How::none && request.least_isolated > 0) {
        diagnostics.warning(
            request.range,
            "nothing is isolated; the profile is for " + std::to_string(request.least_isolated) +
                " isolated CPUs or more",
            "set cpus.isolated, or ISOLATED_CORES"
        );
    }
    check_written_housekeeping(cores, request, diagnostics);
    return cores;
}

}  // namespace kiln::node
