#pragma once

#include "node/apply.hpp"
#include "node/boot_state.hpp"
#include "node/check.hpp"

#include <functional>
#include <string>

// The loop around the boots' state machine.

namespace kiln::node {

inline const std::string kStatePath = "/var/lib/kiln-node/state.json";
/// While it is there nodeadm and kubelet do not start (units.hpp).
inline const std::string kHoldPath = "/run/kiln-node/hold";

/// What the loop does with the world; each is called at most once.
struct BootHands {
    std::function<ApplyReport()> apply;
    std::function<CheckResults()> verify;
    std::function<void()> reboot;
    std::function<void(const std::string& line)> tell;  ///< the console
};

/// One boot: applies, reboots when it must and may, verifies, and opens the way to the cluster or
/// keeps it shut as `on_failure` says. Returns the state it ends in, which is on disk.
NodeState run_boot(
    const NodeTree& tree,
    const std::string& plan,
    OnFailure on_failure,
    std::int64_t now_s,
    const BootHands& hands
);

/// Whether kubelet's saved state of its CPU or memory manager can match what it is to be started
/// with: the policy of the file, and for CPUs the set that it divides up. A file that can not
/// match keeps kubelet from starting. Pure.
bool kubelet_state_matches(
    const std::string& state_json, const std::string& policy, const std::string& online_cpus
);

/// Removes those files of kubelet's that can not match, unless kubelet runs.
ActionResults drop_stale_kubelet_state(const NodeTree& tree);

/// "i-0123..." on EC2 by the firmware's tables, else the product's UUID: changes when an image is
/// made of a node and started elsewhere.
std::string instance_identity(const NodeTree& tree);

}  // namespace kiln::node
