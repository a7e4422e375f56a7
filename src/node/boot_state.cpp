#include "node/boot_state.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

namespace kiln::node {

namespace {

constexpr std::int64_t kHourS = 3600;

constexpr std::array<std::pair<Phase, std::string_view>, 6> kPhaseNames = {{
    {Phase::fresh, "new"},
    {Phase::planned, "planned"},
    {Phase::applied, "applied"},
    {Phase::rebooting, "rebooting"},
    {Phase::active, "active"},
    {Phase::degraded, "degraded"},
}};

BootStep degraded(NodeState state, std::string reason) {
    state.phase = Phase::degraded;
    state.reason = std::move(reason);
    return {std::move(state), BootAction::none};
}

/// Times in the future (a clock set back since) count as recent: they make reboots rarer.
std::int64_t recent_reboots(const NodeState& state, std::int64_t now_s) {
    return std::count_if(state.reboot_at_s.begin(), state.reboot_at_s.end(), [&](std::int64_t at) {
        return at > now_s - kHourS;
    });
}

BootStep reboot_or_give_up(NodeState state, const BootObservation& now) {
    if (!now.next_boot_is_right) {
        return degraded(std::move(state), "the boot loader does not show the planned command line");
    }
    if (state.reboots[now.plan] >= 1) {
        return degraded(std::move(state), "the command line is not in force after one reboot");
    }
    if (recent_reboots(state, now.now_s) >= kRebootsAnHour) {
        return degraded(
            std::move(state),
            "a reboot is needed, but the node had " + std::to_string(kRebootsAnHour) +
                " within an hour"
        );
    }
    if (!now.state_writable) {
        return degraded(
            std::move(state), "a reboot is needed, but could not be recorded beforehand"
        );
    }
    state.phase = Phase::rebooting;
    state.reason = "rebooting once to put the command line in force";
    state.reboots[now.plan] = 1;
    state.reboot_at_s.push_back(now.now_s);
    return {std::move(state), BootAction::reboot};
}

BootStep after_apply(NodeState state, const BootObservation& now) {
    if (now.applied == BootObservation::Applied::failed) {
        return degraded(std::move(state), now.apply_problem);
    }
    if (now.needs_reboot) {
        return reboot_or_give_up(std::move(state), now);
    }
    if (now.verified == BootObservation::Verified::not_yet) {
        state.phase = Phase::applied;
        state.reason.clear();
        return {std::move(state), BootAction::verify};
    }
    if (now.verified == BootObservation::Verified::failed) {
        return degraded(std::move(state), now.verify_problem);
    }
    state.phase = Phase::active;
    state.reason.clear();
    return {std::move(state), BootAction::none};
}

}  // namespace

std::string name_of(Phase phase) {
    for (const auto& [value, name] : kPhaseNames) {
        if (value == phase) {
            return std::string(name);
        }
    }
    return "new";
}

std::optional<Phase> phase_named(std::string_view name) {
    for (const auto& [value, text] : kPhaseNames) {
        if (text == name) {
            return value;
        }
    }
    return std::nullopt;
}

BootStep next_boot_step(const NodeState& before, const BootObservation& now) {
    if (now.switched_off) {
        return {before, BootAction::none};
    }
    NodeState state = before;
    if (state.instance != now.instance) {
        state = NodeState{.instance = now.instance};
    }
    if (state.plan != now.plan) {
        state.plan = now.plan;
        state.phase = Phase::planned;
        state.reason.clear();
    }
    if (state.phase == Phase::rebooting && state.boot_id == now.boot_id) {
        return degraded(
            std::move(state), "a reboot was asked for and has not happened; reboot the node"
        );
    }
    if (now.applied == BootObservation::Applied::not_yet) {
        return {std::move(state), BootAction::apply};
    }
    state.boot_id = now.boot_id;
    return after_apply(std::move(state), now);
}

std::string print_state(const NodeState& state) {
    nlohmann::ordered_json json = {
        {"phase", name_of(state.phase)},
        {"reason", state.reason},
        {"instance", state.instance},
        {"plan", state.plan},
        {"boot_id", state.boot_id},
        {"reboots", state.reboots},
        {"reboot_at_s", state.reboot_at_s},
    };
    return json.dump(2) + "\n";
}

std::optional<NodeState> parse_state(std::string_view text) {
    const nlohmann::json json = nlohmann::json::parse(text, nullptr, false);
    if (!json.is_object()) {
        return std::nullopt;
    }
    try {
        const std::optional<Phase> phase = phase_named(json.at("phase").get<std::string>());
        if (!phase) {
            return std::nullopt;
        }
        return NodeState{
            .phase = *phase,
            .instance = json.at("instance").get<std::string>(),
            .plan = json.at("plan").get<std::string>(),
            .boot_id = json.at("boot_id").get<std::string>(),
            .reboots = json.at("reboots").get<std::map<std::string, int>>(),
            .reboot_at_s = json.at("reboot_at_s").get<std::vector<std::int64_t>>(),
            .reason = json.at("reason").get<std::string>()};
    } catch (const nlohmann::json::exception&) {
        return std::nullopt;
    }
}

}  // namespace kiln::node
