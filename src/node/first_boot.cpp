#include "node/first_boot.hpp"

#include "base/strings.hpp"
#include "node/applied.hpp"
#include "node/cpu_list.hpp"
#include "node/durable_write.hpp"
#include "node/kubelet_drop_in.hpp"
#include "node/verify.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <unistd.h>

namespace kiln::node {

namespace {

bool switched_off(const NodeTree& tree) {
    const std::vector<std::string> words = split_kernel_line(tree.read_line("/proc/cmdline"));
    return std::any_of(words.begin(), words.end(), [](const std::string& word) {
        return word == "kiln.node=off" || word == "systemd.unit=rescue.target" ||
               word == "systemd.unit=emergency.target" || word == "single" || word == "rescue";
    });
}

void put_hold(const NodeTree& tree) {
    make_folders(tree, "/run/kiln-node");
    replace_file(tree, kHoldPath, "kiln-node has not proved the node yet\n");
}

/// False when the disk does not take it.
bool save_state(const NodeTree& tree, const NodeState& state) {
    try {
        make_folders(tree, kStateFolder, 0700);
        replace_file(
            tree, kStatePath, print_state(state), FileOwner{0600, ::geteuid(), ::getegid()}
        );
        sync_folder(tree, kStateFolder);
        return true;
    } catch (const Error&) {
        return false;
    }
}

std::string failed_checks(const CheckResults& checks) {
    std::vector<std::string> parts;
    for (const CheckResult& one : checks) {
        if (one.status == CheckStatus::fail) {
            parts.push_back(one.id + " (found " + one.found + ", expected " + one.expected + ")");
        }
    }
    return join(parts, "; ");
}

void observe_apply(const ApplyReport& report, BootObservation& now) {
    // A device that can not be bound is for verify to judge; what boots next must be right.
    now.applied = BootObservation::Applied::done;
    now.needs_reboot = report.needs_reboot;
    now.next_boot_is_right = report.next_boot_is_right;
    if (!report.ok() && !report.next_boot_is_right) {
        now.applied = BootObservation::Applied::failed;
        now.apply_problem = report.problem();
    }
}

void open_or_keep_shut(
    const NodeTree& tree, const NodeState& state, OnFailure on_failure, const BootHands& hands
) {
    const bool good = state.phase == Phase::active;
    hands.tell(
        good ? "kiln-node: the node is tuned"
             : "kiln-node: the node is NOT tuned as planned: " + state.reason
    );
    if (good || on_failure != OnFailure::taint) {
        remove_degraded_taint(tree);
    } else {
        for (const WriteFile& file : degraded_taint_drop_ins(tree)) {
            make_folders(tree, std::filesystem::path(file.path).parent_path());
            replace_file(tree, file.path, file.content);
        }
    }
    if (good || on_failure != OnFailure::hold) {
        remove_file(tree, kHoldPath);
    } else {
        hands.tell("kiln-node: kubelet is held back; see kiln-node status");
    }
}

}  // namespace

NodeState run_boot(
    const NodeTree& tree,
    const std::string& plan,
    OnFailure on_failure,
    std::int64_t now_s,
    const BootHands& hands
) {
    BootObservation now{
        .instance = instance_identity(tree),
        .plan = plan,
        .boot_id = boot_id(tree),
        .now_s = now_s};
    now.switched_off = switched_off(tree);
    if (now.switched_off) {
        return {};
    }
    put_hold(tree);
    const auto saved = tree.read(kStatePath);
    const auto known = saved ? parse_state(*saved) : NodeState{};
    NodeState state = known.value_or(NodeState{});
    // A damaged file hides how often this plan rebooted: then it may not again.
    now.state_writable = known.has_value();
    for (;;) {
        const BootStep step = next_boot_step(state, now);
        const bool was_written = save_state(tree, step.state);
        if (!was_written && now.state_writable) {
            now.state_writable = false;
            if (step.action == BootAction::reboot) {
                continue;  // decided anew, without the reboot
            }
        }
        state = step.state;
        switch (step.action) {
            case BootAction::apply:
                observe_apply(hands.apply(), now);
                break;
            case BootAction::verify: {
                const CheckResults checks = hands.verify();
                now.verified = worst(checks) == CheckStatus::fail
                                   ? BootObservation::Verified::failed
                                   : BootObservation::Verified::passed;
                now.verify_problem = failed_checks(checks);
                break;
            }
            case BootAction::reboot:
                hands.tell("kiln-node: " + state.reason);
                hands.reboot();
                return state;
            case BootAction::none:
                open_or_keep_shut(tree, state, on_failure, hands);
                return state;
        }
    }
}

bool kubelet_state_matches(
    const std::string& state_json, const std::string& policy, const std::string& online_cpus
) {
    const nlohmann::json state = nlohmann::json::parse(state_json, nullptr, false);
    if (!state.is_object() || !state.contains("policyName")) {
        return false;  // kubelet does not start with a file that it can not read
    }
    if (state.value("policyName", "") != policy) {
        return false;
    }
    if (!state.contains("defaultCpuSet") || policy == "none") {
        return true;
    }
    auto all = parse_plain_cpu_list(state.value("defaultCpuSet", "")).value_or(CpuSet{});
    for (const auto& pod : state.value("entries", nlohmann::json::object())) {
        for (const auto& cpus : pod) {
            const CpuSet given =
                parse_plain_cpu_list(cpus.is_string() ? cpus.get<std::string>() : "")
                    .value_or(CpuSet{});
            all.insert(given.begin(), given.end());
        }
    }
    return all == parse_plain_cpu_list(online_cpus);
}

ActionResults drop_stale_kubelet_state(const NodeTree& tree) {
    if (!processes_named(tree, "kubelet").empty()) {
        return {};
    }
    const std::string folder = "/etc/kubernetes/kubelet";
    nlohmann::json config =
        nlohmann::json::parse(tree.read(folder + "/config.json").value_or(""), nullptr, false);
    if (!config.is_object()) {
        return {};
    }
    for (const std::string& name : tree.list(folder + "/config.json.d")) {
        const auto part = nlohmann::json::parse(
            tree.read(folder + "/config.json.d/" + name).value_or(""), nullptr, false
        );
        if (part.is_object()) {
            config.merge_patch(part);
        }
    }
    ActionResults results;
    const std::string online = tree.read_line("/sys/devices/system/cpu/online");
    const auto drop = [&](const char* file, const std::string& policy) {
        const std::string path = std::string("/var/lib/kubelet/") + file;
        const auto state = tree.read(path);
        if (state && !kubelet_state_matches(*state, policy, online)) {
            remove_file(tree, path);
            results.push_back(
                {path, Outcome::changed, "removed: it can not match policy " + policy, ""}
            );
        }
    };
    drop("cpu_manager_state", config.value("cpuManagerPolicy", "none"));
    drop("memory_manager_state", config.value("memoryManagerPolicy", "None"));
    return results;
}

std::string instance_identity(const NodeTree& tree) {
    const std::string asset = tree.read_line("/sys/class/dmi/id/board_asset_tag");
    if (asset.starts_with("i-")) {
        return asset;
    }
    const std::string uuid = tree.read_line("/sys/class/dmi/id/product_uuid");
    return uuid.empty() ? tree.read_line("/etc/machine-id") : uuid;
}

}  // namespace kiln::node
