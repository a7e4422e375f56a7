#include "node/node_facts.hpp"
#include "node/node_plan.hpp"

#include <algorithm>
#include <charconv>
#include <map>

// How many hugepages each NUMA node gets, and how they are asked for at boot.

namespace kiln::node {

namespace {

constexpr std::int64_t kCrowdedPercent = 80;

/// What must stay on a node beside pages: a GiB, or a tenth of it.
std::int64_t keep_kib(const NumaNodeFacts& node) {
    return std::max(kGiBInKiB, node.memory_kib / 10);
}

/// Pages of 1 GiB need an aligned GiB; one of them goes to the kernel's image and tables (seen: a
/// node of 6 GiB with the PCI hole gives 3, one without gives 5).
std::int64_t room_for(const NumaNodeFacts& node, std::int64_t size_kib) {
    const std::int64_t by_memory =
        std::max<std::int64_t>(0, node.memory_kib - keep_kib(node)) / size_kib;
    if (size_kib < kGiBInKiB) {
        return by_memory;
    }
    const std::int64_t whole = node.whole_gib ? *node.whole_gib : node.memory_kib / kGiBInKiB;
    return std::clamp<std::int64_t>(whole * kGiBInKiB / size_kib - 1, 0, by_memory);
}

std::vector<const NumaNodeFacts*> nodes_with_memory(const NodeFacts& facts) {
    std::vector<const NumaNodeFacts*> nodes;
    for (const NumaNodeFacts& node : facts.nodes) {
        if (node.memory_kib > 0) {
            nodes.push_back(&node);
        }
    }
    return nodes;
}

using Shares = std::map<int, std::int64_t>;  ///< by node

Shares isolated_shares(const NodeFacts& facts, const CpuSet& isolated) {
    Shares shares;
    for (const NumaNodeFacts* node : nodes_with_memory(facts)) {
        const auto count = std::count_if(node->cpus.begin(), node->cpus.end(), [&](int cpu) {
            return isolated.contains(cpu);
        });
        if (count > 0) {
            shares[node->id] = count;
        }
    }
    return shares;
}

Shares nic_shares(const NodeFacts& facts) {
    Shares shares;
    for (const NicFacts& nic : facts.nics) {
        const NumaNodeFacts* node = facts.find_node(nic.numa_node);
        if (nic.carries.empty() && node != nullptr && node->memory_kib > 0) {
            ++shares[nic.numa_node];
        }
    }
    return shares;
}

/// Splits `count` by shares, largest remainder first, lower nodes on a tie.
Shares divide(std::int64_t count, const Shares& shares) {
    std::int64_t whole = 0;
    for (const auto& [node, share] : shares) {
        whole += share;
    }
    Shares parts;
    std::vector<std::pair<std::int64_t, int>> remainders;
    std::int64_t left = count;
    for (const auto& [node, share] : shares) {
        parts[node] = count * share / whole;
        left -= parts[node];
        remainders.emplace_back(-(count * share % whole), node);
    }
    std::sort(remainders.begin(), remainders.end());
    for (std::int64_t i = 0; i < left; ++i) {
        ++parts[remainders[static_cast<std::size_t>(i)].second];
    }
    return parts;
}

/// Without isolated CPUs, pages go near the NICs; when nothing is known, to the lowest node.
Shares near_shares(const PageRequest& request, const NodeFacts& facts, const CpuSet& isolated) {
    Shares first = request.where == PageRequest::Where::near_nics
                       ? nic_shares(facts)
                       : isolated_shares(facts, isolated);
    if (first.empty()) {
        first = request.where == PageRequest::Where::near_nics ? isolated_shares(facts, isolated)
                                                               : nic_shares(facts);
    }
    const auto nodes = nodes_with_memory(facts);
    if (first.empty() && !nodes.empty()) {
        first[nodes.front()->id] = 1;
    }
    return first;
}

Shares place(
    const PageRequest& request,
    const NodeFacts& facts,
    const CpuSet& isolated,
    Diagnostics& diagnostics
) {
    Shares parts;
    switch (request.where) {
        case PageRequest::Where::every_node:
            for (const NumaNodeFacts* node : nodes_with_memory(facts)) {
                parts[node->id] = request.count;
            }
            return parts;
        case PageRequest::Where::node: {
            const NumaNodeFacts* node = facts.find_node(request.node);
            if (node == nullptr || node->memory_kib == 0) {
                diagnostics.error(
                    request.range,
                    "NUMA node " + std::to_string(request.node) +
                        (node == nullptr ? " does not exist" : " has no memory"),
                    "the kernel would ignore the whole hugepages parameter"
                );
                return parts;
            }
            parts[request.node] = request.count;
            return parts;
        }
        case PageRequest::Where::first_node: {
            const Shares shares = near_shares(request, facts, isolated);
            if (!shares.empty()) {
                parts[shares.begin()->first] = request.count;
            }
            return parts;
        }
        case PageRequest::Where::near_nics:
            if (facts.knows_nics && facts.nodes.size() > 1 && nic_shares(facts).empty()) {
                diagnostics.warning(
                    request.range,
                    "no NIC tells its NUMA node: pages go to the isolated CPUs' node instead",
                    "write the node by number"
                );
            }
            break;
        case PageRequest::Where::near_isolated:
            break;
    }
    const Shares shares = near_shares(request, facts, isolated);
    return shares.empty() ? parts : divide(request.count, shares);
}

std::string whole_gib(std::int64_t kib) {
    return std::to_string(kib / kGiBInKiB) + " GiB";
}

void check_size(const PageRequest& request, const NodeFacts& facts, Diagnostics& diagnostics) {
    const auto& sizes = facts.hugepage_sizes_kib;
    if (request.count == 0 || sizes.empty() ||
        std::find(sizes.begin(), sizes.end(), request.size_kib) != sizes.end()) {
        return;
    }
    std::string known;
    for (const std::int64_t size : sizes) {
        known += (known.empty() ? "" : ", ") + page_size_name(size);
    }
    diagnostics.error(
        request.range,
        "this CPU and kernel have no pages of " + page_size_name(request.size_kib),
        "there are " + known
    );
}

void check_room(
    const Profile& profile,
    const NodeFacts& facts,
    const std::vector<PlannedPages>& pages,
    Diagnostics& diagnostics
) {
    std::int64_t all_kib = 0;
    std::int64_t memory_kib = 0;
    for (const NumaNodeFacts* node : nodes_with_memory(facts)) {
        std::int64_t taken_kib = 0;
        SourceRange range;
        for (const PlannedPages& one : pages) {
            if (one.node != node->id || one.count == 0) {
                continue;
            }
            taken_kib += one.count * one.size_kib;
            for (const PageRequest& request : profile.pages) {
                range = request.size_kib == one.size_kib ? request.range : range;
            }
            const std::string what = std::to_string(one.count) + " pages of " +
                                     page_size_name(one.size_kib) + " on NUMA node " +
                                     std::to_string(one.node);
            if (one.count > one.room) {
                diagnostics.error(
                    range,
                    what + " are more than it can give: of its " + whole_gib(node->memory_kib) +
                        " " + std::to_string(one.room) + " fit",
                    "ask for fewer, or take a larger instance"
                );
            } else if (one.count * 100 > one.room * kCrowdedPercent) {
                diagnostics.warning(
                    range,
                    what + " are more than 80 % of the " + std::to_string(one.room) + " that fit"
                );
            }
        }
        all_kib += taken_kib;
        memory_kib += node->memory_kib;
        // A small node without pages keeps all it has.
        if (taken_kib > 0 && taken_kib > node->memory_kib - keep_kib(*node) &&
            !diagnostics.has_errors()) {
            diagnostics.error(
                range,
                "the pages of all sizes take " + whole_gib(taken_kib) + " of the " +
                    whole_gib(node->memory_kib) + " on NUMA node " + std::to_string(node->id),
                "leave " + whole_gib(keep_kib(*node))
            );
        }
    }
    if (all_kib > 0 && memory_kib - all_kib < profile.keep_memory_gib * kGiBInKiB) {
        diagnostics.error(
            profile.pages.empty() ? SourceRange{} : profile.pages.front().range,
            "the pages leave " + whole_gib(std::max<std::int64_t>(0, memory_kib - all_kib)) +
                " of " + whole_gib(memory_kib) + "; the node needs " +
                std::to_string(profile.keep_memory_gib) + " GiB beside them",
            "ask for fewer pages, or set hugepages.keep_memory"
        );
    }
}

/// "6.1.0-56-cloud-amd64" >= 5.16; an unknown kernel is taken for a new one.
bool knows_nodes(const std::string& release) {
    int major = 0;
    int minor = 0;
    const char* const end = release.data() + release.size();
    const auto first = std::from_chars(release.data(), end, major);
    if (first.ec != std::errc() || first.ptr == end) {
        return true;
    }
    std::from_chars(first.ptr + 1, end, minor);
    return major > 5 || (major == 5 && minor >= 16);
}

/// The value of hugepages= for one size.
std::string boot_count(
    const std::vector<PlannedPages>& pages, std::int64_t size_kib, PageForm form
) {
    std::string per_node;
    std::int64_t most = 0;
    std::int64_t nodes = 0;
    for (const PlannedPages& one : pages) {
        if (one.size_kib != size_kib) {
            continue;
        }
        ++nodes;
        most = std::max(most, one.count);
        if (one.count > 0) {
            per_node += (per_node.empty() ? "" : ",") + std::to_string(one.node) + ":" +
                        std::to_string(one.count);
        }
    }
    if (form == PageForm::per_node) {
        return per_node;
    }
    return most > 0 ? std::to_string(most * nodes) : "";
}

/// Every size with pages, ascending: readers that keep the last of a kind see the largest.
std::vector<std::int64_t> planned_sizes(const std::vector<PlannedPages>& pages) {
    std::set<std::int64_t> sizes;
    for (const PlannedPages& one : pages) {
        if (one.count > 0) {
            sizes.insert(one.size_kib);
        }
    }
    return {sizes.begin(), sizes.end()};
}

/// default_hugepagesz comes first, so that no count is taken for pages of another size.
std::vector<std::string> page_words(
    const Profile& profile, const std::vector<PlannedPages>& pages, PageForm form
) {
    std::vector<std::string> words;
    const std::vector<std::int64_t> sizes = planned_sizes(pages);
    if (sizes.empty()) {
        return words;
    }
    const std::int64_t standard =
        profile.default_page_kib > 0 ? profile.default_page_kib : sizes.back();
    words.push_back("default_hugepagesz=" + page_size_name(standard));
    for (const std::int64_t size : sizes) {
        words.push_back("hugepagesz=" + page_size_name(size));
        words.push_back("hugepages=" + boot_count(pages, size, form));
    }
    return words;
}

PageForm form_for(
    const Profile& profile,
    const NodeFacts& facts,
    const std::vector<PlannedPages>& pages,
    Diagnostics& diagnostics
) {
    PageForm form = profile.page_form;
    if (form == PageForm::per_node && !knows_nodes(facts.kernel.release)) {
        form = PageForm::spread;
        diagnostics.warning(
            {},
            "kernel " + facts.kernel.release +
                " does not know hugepages=NODE:COUNT (Linux 5.16): pages are asked for on every "
                "NUMA node, and given back after the boot"
        );
    }
    if (form == PageForm::per_node) {
        return form;
    }
    for (const std::int64_t size : planned_sizes(pages)) {
        std::int64_t most = 0;
        for (const PlannedPages& one : pages) {
            most = one.size_kib == size ? std::max(most, one.count) : most;
        }
        for (const PlannedPages& one : pages) {
            if (one.size_kib == size && one.room < most) {
                diagnostics.error(
                    profile.pages.empty() ? SourceRange{} : profile.pages.front().range,
                    "NUMA node " + std::to_string(one.node) + " has room for " +
                        std::to_string(one.room) + " of the " + std::to_string(most) +
                        " pages of " + page_size_name(size) +
                        " that the spread form asks of every node while booting",
                    "use hugepages.form: per-node"
                );
            }
        }
    }
    return form;
}

/// The text with its placeholder filled in; nothing when what goes there is empty.
std::optional<std::string> filled(
    const std::string& word, const std::map<std::string, std::string>& values
) {
    std::string text = word;
    for (const auto& [name, value] : values) {
        const std::string placeholder = "{" + name + "}";
        const std::size_t at = text.find(placeholder);
        if (at == std::string::npos) {
            continue;
        }
        if (value.empty()) {
            return std::nullopt;
        }
        text.replace(at, placeholder.size(), value);
    }
    return text;
}

}  // namespace

std::string page_size_name(std::int64_t size_kib) {
    constexpr std::int64_t mib = 1024;
    if (size_kib % kGiBInKiB == 0) {
        return std::to_string(size_kib / kGiBInKiB) + "G";
    }
    return size_kib % mib == 0 ? std::to_string(size_kib / mib) + "M"
                               : std::to_string(size_kib) + "K";
}

std::vector<PlannedPages> plan_pages(
    const Profile& profile, const NodeFacts& facts, const CpuSet& isolated, Diagnostics& diagnostics
) {
    std::map<std::pair<int, std::int64_t>, PlannedPages> planned;
    for (const PageRequest& request : profile.pages) {
        check_size(request, facts, diagnostics);
        for (const NumaNodeFacts* node : nodes_with_memory(facts)) {
            planned.try_emplace(
                {node->id, request.size_kib},
                PlannedPages{node->id, request.size_kib, 0, room_for(*node, request.size_kib)}
            );
        }
        for (const auto& [node, count] : place(request, facts, isolated, diagnostics)) {
            planned[{node, request.size_kib}].count += count;
        }
    }
    std::vector<PlannedPages> pages;
    for (const auto& [place, one] : planned) {
        pages.push_back(one);
    }
    check_room(profile, facts, pages, diagnostics);
    return pages;
}

KernelArgumentChange plan_kernel_line(
    const Profile& profile,
    const NodeFacts& facts,
    const PlannedCores& cores,
    const std::vector<PlannedPages>& pages,
    Diagnostics& diagnostics
) {
    KernelArgumentChange change;
    const PageForm form = form_for(profile, facts, pages, diagnostics);
    const bool isolates = !cores.isolated.empty();
    const std::map<std::string, std::string> values = {
        {"isolated", print_cpu_list(cores.isolated)},
        {"housekeeping", isolates ? print_cpu_list(cores.housekeeping) : ""},
        {"housekeeping_mask", isolates ? print_cpu_mask(cores.housekeeping) : ""},
        {"hugepages_1g", boot_count(pages, kGiBInKiB, form)},
    };
    for (const std::string& word : profile.kernel_arguments) {
        if (word == "{hugepages}") {
            const auto words = page_words(profile, pages, form);
            change.set.insert(change.set.end(), words.begin(), words.end());
        } else if (const auto text = filled(word, values)) {
            change.set.push_back(*text);
        }
    }
    for (const std::string& word : change.set) {
        if (kernel_argument_key(word) == "vfio_pci.ids") {
            diagnostics.error(
                {},
                word + " takes every NIC of that kind, the one that the node is reached by too",
                "write rules under nics"
            );
        }
    }
    const std::string line = merge_kernel_arguments(facts.kernel.command_line, change);
    if (line.size() > kKernelLineLimitBytes) {
        diagnostics.error(
            {},
            "the kernel command line would have " + std::to_string(line.size()) +
                " bytes; the kernel reads " + std::to_string(kKernelLineLimitBytes)
        );
    }
    return change;
}

}  // namespace kiln::node
