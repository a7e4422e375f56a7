#pragma once

#include "node/check.hpp"
#include "node/device_statistics.hpp"
#include "node/node_action.hpp"
#include "node/node_tree.hpp"

namespace kiln::node {

/// Compares the node with what a plan changes, from the running kernel and the files: the boot line
/// now and for the next boot, CPUs, interrupts, hugepages, settings, modules, devices, files, and
/// other programs that tune. Reads only.
CheckResults verify_node(const NodeTree& tree, const PlannedChanges& changes);

/// The parts of verify_node, in its order.
void check_plan(const NodeTree& tree, const PlannedChanges& changes, Checks& checks);
void check_boot_line(const NodeTree& tree, const PlannedChanges& changes, Checks& checks);
void check_cpus(const NodeTree& tree, const PlannedChanges& changes, Checks& checks);
void check_interrupts(const NodeTree& tree, const PlannedChanges& changes, Checks& checks);
void check_memory(const NodeTree& tree, const PlannedChanges& changes, Checks& checks);
void check_settings(const NodeTree& tree, const PlannedChanges& changes, Checks& checks);
void check_devices(const NodeTree& tree, const PlannedChanges& changes, Checks& checks);
void check_ena(const NodeTree& tree, const ReadDeviceStatistics& statistics_of, Checks& checks);
void check_files(const NodeTree& tree, const PlannedChanges& changes, Checks& checks);
void check_kubelet(const NodeTree& tree, const PlannedChanges& changes, Checks& checks);
void check_other_tools(const NodeTree& tree, Checks& checks);

/// ids of processes by the name they run under.
std::vector<std::string> processes_named(const NodeTree& tree, const std::string& name);

}  // namespace kiln::node
