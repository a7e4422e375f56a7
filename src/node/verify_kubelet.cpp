#include "base/strings.hpp"
#include "node/applied.hpp"
#include "node/kubelet_drop_in.hpp"
#include "node/number_text.hpp"
#include "node/verify.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <system_error>

// What kubelet makes of the tuning.

namespace kiln::node {

namespace {

using Seconds = std::chrono::seconds;

constexpr std::int64_t kTicksPerSecond = 100;  // USER_HZ of /proc, the same on x86-64 and arm64

/// Since 1970: `btime` of /proc/stat, and field 22 of /proc/PID/stat (proc(5)). The name in field 2
/// may hold anything, so fields are counted from its last bracket.
std::optional<Seconds> start_time(const NodeTree& tree, const std::string& pid) {
    constexpr std::string_view kBooted = "\nbtime ";
    constexpr std::size_t kField = 22 - 2;
    const std::string system = tree.read("/proc/stat").value_or("");
    const std::string process = tree.read_line("/proc/" + pid + "/stat");
    const std::size_t booted = system.find(kBooted);
    const auto fields = split(process.substr(std::min(process.rfind(')'), process.size())), ' ');
    if (booted == std::string::npos || fields.size() <= kField) {
        return std::nullopt;
    }
    const std::int64_t boot =
        leading_number(std::string_view(system).substr(booted + kBooted.size()));
    const auto ticks = whole_number(fields[kField]);
    return ticks ? std::optional(Seconds(boot + *ticks / kTicksPerSecond)) : std::nullopt;
}

std::optional<Seconds> time_applied(const NodeTree& tree) {
    std::error_code problem;
    const auto changed = std::filesystem::last_write_time(tree.at(kAppliedPath), problem);
    if (problem) {
        return std::nullopt;
    }
    return std::chrono::floor<Seconds>(std::chrono::file_clock::to_sys(changed).time_since_epoch());
}

/// kubelet counts a node's hugepages once, when it starts.
void check_capacity(const NodeTree& tree, const PlannedChanges& changes, Checks& checks) {
    bool wanted = false;
    for_each_action<SetHugepages>(changes, [&](const SetHugepages& pages) {
        wanted |= pages.count > 0;
    });
    const std::vector<std::string> processes = processes_named(tree, "kubelet");
    const auto applied = time_applied(tree);
    if (!wanted || processes.empty() || !applied) {
        return;
    }
    const auto started = start_time(tree, processes.front());
    if (!started) {
        return;
    }
    const bool knows = *started >= *applied;
    checks.expect(
        knows,
        CheckStatus::warn,
        "huge.kubelet",
        "/proc/" + processes.front() + "/stat",
        knows ? "started after the pages were taken"
              : "started " + std::to_string((*applied - *started).count()) +
                    " s before kiln-node "
                    "applied",
        "kubelet started after the pages were taken",
        "systemctl restart kubelet, so that the node's capacity has them"
    );
}

/// A drop-in for kubelet itself is read by one that was started with --config-dir only.
void check_config_dir(const NodeTree& tree, const PlannedChanges& changes, Checks& checks) {
    bool wanted = false;
    for_each_action<WriteFile>(changes, [&](const WriteFile& file) {
        wanted |= file.path.starts_with(kKubeletDropIns + "/");
    });
    const std::vector<std::string> processes = processes_named(tree, "kubelet");
    if (!wanted || processes.empty()) {
        return;
    }
    const std::string path = "/proc/" + processes.front() + "/cmdline";
    std::string words = tree.read(path).value_or("");
    std::replace(words.begin(), words.end(), '\0', ' ');
    const bool reads = words.find("--config-dir=" + kKubeletDropIns) != std::string::npos ||
                       words.find("--config-dir " + kKubeletDropIns) != std::string::npos;
    checks.expect(
        reads,
        CheckStatus::fail,
        "kubelet.config_dir",
        path,
        reads ? "--config-dir=" + kKubeletDropIns : "kubelet does not read " + kKubeletDropIns,
        "--config-dir=" + kKubeletDropIns,
        "start kubelet with it, for kubeadm in KUBELET_EXTRA_ARGS"
    );
}

}  // namespace

// The effective configuration is config.json with the drop-ins of config.json.d merged over it, by
// name (kubelet --config-dir). The rule about cgroups is kubelet's own validation.
void check_kubelet(const NodeTree& tree, const PlannedChanges& changes, Checks& checks) {
    check_capacity(tree, changes, checks);
    check_config_dir(tree, changes, checks);
    const std::string folder = "/etc/kubernetes/kubelet";
    nlohmann::json merged =
        nlohmann::json::parse(tree.read(folder + "/config.json").value_or("{}"), nullptr, false);
    if (!merged.is_object()) {
        return;
    }
    for (const std::string& name : tree.list(folder + "/config.json.d")) {
        const auto part = nlohmann::json::parse(
            tree.read(folder + "/config.json.d/" + name).value_or(""), nullptr, false
        );
        if (part.is_object()) {
            merged.merge_patch(part);
        }
    }
    const std::string reserved = merged.value("reservedSystemCPUs", "");
    if (reserved.empty()) {
        return;
    }
    for_each_action<MoveInterrupts>(changes, [&](const MoveInterrupts& cpus) {
        checks.expect(
            reserved == cpus.housekeeping,
            CheckStatus::fail,
            "kubelet.reserved",
            folder + "/config.json",
            reserved,
            cpus.housekeeping,
            "drain, delete cpu_manager_state and memory_manager_state, restart kubelet"
        );
    });
    const bool conflict = !merged.value("systemReservedCgroup", "").empty() ||
                          !merged.value("kubeReservedCgroup", "").empty();
    checks.expect(
        !conflict,
        CheckStatus::fail,
        "kubelet.cgroups",
        folder + "/config.json",
        conflict ? "reservedSystemCPUs together with a reserved cgroup" : "no conflict",
        "systemReservedCgroup and kubeReservedCgroup empty",
        "kubelet refuses to start so: blank both in the drop-in"
    );
}

}  // namespace kiln::node
