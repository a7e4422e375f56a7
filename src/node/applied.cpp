#include "node/applied.hpp"

#include <nlohmann/json.hpp>

namespace kiln::node {

namespace {

using Json = nlohmann::ordered_json;

Json pages_json(const std::vector<SetHugepages>& pages) {
    Json list = Json::array();
    for (const SetHugepages& one : pages) {
        list.push_back({{"node", one.node}, {"size_kib", one.size_kib}, {"count", one.count}});
    }
    return list;
}

}  // namespace

Applied applied_from(const PlannedChanges& changes, const std::string& boot) {
    Applied applied{.plan = changes.hash, .boot_id = boot, .kernel = changes.kernel};
    for (const NodeAction& action : changes.actions) {
        if (const auto* pages = std::get_if<SetHugepages>(&action)) {
            applied.hugepages.push_back(*pages);
        } else if (const auto* irqs = std::get_if<MoveInterrupts>(&action)) {
            applied.housekeeping = irqs->housekeeping;
            applied.isolated = irqs->isolated;
        }
    }
    return applied;
}

KernelArgumentChange with_retired(
    KernelArgumentChange kernel, const std::vector<std::string>& retired
) {
    kernel.remove.insert(kernel.remove.end(), retired.begin(), retired.end());
    return kernel;
}

std::string print_applied(const Applied& applied) {
    const Json json = {
        {"plan", applied.plan},
        {"boot_id", applied.boot_id},
        {"kernel", {{"set", applied.kernel.set}, {"remove", applied.kernel.remove}}},
        {"retired", applied.retired},
        {"hugepages", pages_json(applied.hugepages)},
        {"housekeeping", applied.housekeeping},
        {"isolated", applied.isolated},
    };
    return json.dump(2) + "\n";
}

std::optional<Applied> parse_applied(std::string_view text) {
    const nlohmann::json json = nlohmann::json::parse(text, nullptr, false);
    if (!json.is_object()) {
        return std::nullopt;
    }
    try {
        Applied applied{
            .plan = json.at("plan").get<std::string>(),
            .boot_id = json.at("boot_id").get<std::string>(),
            .kernel =
                {json.at("kernel").at("set").get<std::vector<std::string>>(),
                 json.at("kernel").at("remove").get<std::vector<std::string>>()},
            .retired = json.value("retired", std::vector<std::string>{}),
            .housekeeping = json.at("housekeeping").get<std::string>(),
            .isolated = json.at("isolated").get<std::string>()};
        for (const nlohmann::json& one : json.at("hugepages")) {
            applied.hugepages.push_back(
                {.node = one.at("node").get<int>(),
                 .size_kib = one.at("size_kib").get<std::int64_t>(),
                 .count = one.at("count").get<std::int64_t>()}
            );
        }
        return applied;
    } catch (const nlohmann::json::exception&) {
        return std::nullopt;
    }
}

std::optional<Applied> read_applied(const NodeTree& tree) {
    const auto text = tree.read(kAppliedPath);
    return text ? parse_applied(*text) : std::nullopt;
}

std::string boot_id(const NodeTree& tree) {
    return tree.read_line("/proc/sys/kernel/random/boot_id");
}

}  // namespace kiln::node
