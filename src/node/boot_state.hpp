#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

// The state machine of a node's boots: apply, at most one reboot, verify. All pure; the loop around
// it (first_boot.hpp) keeps the state on disk and acts.

namespace kiln::node {

enum class Phase {
    fresh,      ///< nothing is known of this instance
    planned,    ///< there is a plan that was not applied yet
    applied,    ///< files and boot line are written
    rebooting,  ///< a reboot was asked for, to put the boot line in force
    active,     ///< tuned, and proved
    degraded,   ///< not as planned; `reason` says why
};
std::string name_of(Phase phase);
std::optional<Phase> phase_named(std::string_view name);

/// What /var/lib/kiln-node/state.json keeps from boot to boot.
struct NodeState {
    Phase phase = Phase::fresh;
    std::string instance;                   ///< identity of the machine; an image has another
    std::string plan;                       ///< hash of the plan that the phase belongs to
    std::string boot_id;                    ///< of the boot in which the phase was reached
    std::map<std::string, int> reboots;     ///< asked for, by plan
    std::vector<std::int64_t> reboot_at_s;  ///< when, since 1970; for the cap
    std::string reason;                     ///< one line, for a person

    bool operator==(const NodeState&) const = default;
};

/// What is true now; the parts about apply and verify once those were done in this boot.
struct BootObservation {
    std::string instance;
    std::string plan;
    std::string boot_id;
    std::int64_t now_s = 0;     ///< since 1970
    bool switched_off = false;  ///< kiln.node=off, or a rescue boot
    bool state_writable = true;

    enum class Applied { not_yet, failed, done };
    Applied applied = Applied::not_yet;
    std::string apply_problem;        ///< one line
    bool needs_reboot = false;        ///< the running command line is not the planned one
    bool next_boot_is_right = false;  ///< read back through the boot loader

    enum class Verified { not_yet, failed, passed };
    Verified verified = Verified::not_yet;
    std::string verify_problem;  ///< the failed checks in one line
};

enum class BootAction {
    none,
    apply,
    verify,
    reboot,  ///< only after the new state is on disk
};

struct BootStep {
    NodeState state;  ///< to be on disk before the action
    BootAction action = BootAction::none;
};

/// No more reboots than this within an hour, whatever the plans.
constexpr int kRebootsAnHour = 2;

/// What comes next. It is asked again after each action, with what the action showed. For one plan
/// it says `reboot` at most once in the life of a state file, so no loader that ignores its line,
/// no crash and no clock makes a node reboot for ever.
BootStep next_boot_step(const NodeState& state, const BootObservation& now);

/// state.json's text. Unreadable text is a fresh state that remembers nothing, except that its
/// reboot counter can not be known: nothing is returned, and then no reboot may be made.
std::string print_state(const NodeState& state);
std::optional<NodeState> parse_state(std::string_view json);

}  // namespace kiln::node
