#pragma once

#include "node/perform.hpp"

#include <string>

namespace kiln::sys {
class ProcessRunner;
}

// Isolation without a reboot, by cgroup v2. It takes CPUs from the scheduler's balancing and keeps
// tasks away; the tick, RCU and timers stay where they are, since only the command line moves
// those. It lasts until the next boot.

namespace kiln::node {

enum class PartitionKind {
    /// A cgroup of its own whose CPUs nobody else may use, pods neither: for a data plane that the
    /// host runs (a systemd unit that is put into it).
    isolated,
    /// The host's slices are kept on the housekeeping CPUs, and pods may use the others: for a data
    /// plane in pods with kubelet's static CPU manager.
    soft,
};

/// The partition's cgroup.
inline const std::string kPartitionFolder = "/sys/fs/cgroup/kiln-dataplane";

/// What the kernel says of the partition, in words for people: "" when it is in force. `state` is
/// the text of cpuset.cpus.partition, such as "isolated invalid (Cpu list in cpuset.cpus not
/// exclusive)". Pure.
std::string partition_problem(const std::string& state);

/// Makes it and reads it back; one that the kernel does not accept is taken away again.
ActionResults make_partition(
    const NodeTree& tree,
    PartitionKind kind,
    const std::string& isolated,
    const std::string& housekeeping,
    sys::ProcessRunner& runner
);

/// Takes both kinds away, as far as they are there; no results when neither is.
ActionResults remove_partition(const NodeTree& tree, sys::ProcessRunner& runner);

}  // namespace kiln::node
