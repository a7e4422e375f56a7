#pragma once

#include "node/boot_loader.hpp"
#include "node/change_record.hpp"
#include "node/node_action.hpp"
#include "node/node_tree.hpp"

#include <string>
#include <vector>

namespace kiln::sys {
class Clock;
class ProcessRunner;
}  // namespace kiln::sys

// The only writers of kiln-node. Each compares, records what is there, writes, reads back; where
// nothing differs nothing is written.

namespace kiln::node {

enum class Outcome {
    unchanged,
    changed,
    after_reboot,  ///< written; in force with the next boot
    not_here,      ///< this kernel or tree does not have it; no failure
    skipped,       ///< it could not be done and the node does without: no failure, but it is said
    failed,
};
std::string name_of(Outcome outcome);

/// What became of one action.
struct ActionResult {
    std::string subject;  ///< a path, a device's address, "irq 24"
    Outcome outcome = Outcome::unchanged;
    std::string detail;  ///< what was found and what was put; or what failed
    std::string remedy;  ///< for failures, and for what is not here and would be of use

    bool operator==(const ActionResult&) const = default;
};
using ActionResults = std::vector<ActionResult>;
bool any_failed(const ActionResults& results);

/// What the performers share.
struct NodeHands {
    const NodeTree& tree;
    ChangeRecord& record;
    sys::Clock& clock;
};

/// Puts the edits on disk, durably, in their order; what was there is recorded first. On a failure
/// the result says so and the rest is not tried: later files may depend on earlier ones.
ActionResults write_files(const NodeHands& hands, const std::vector<FileEdit>& edits);

/// What the record says of a file that kiln-node is about to change for the first time.
ChangeEntry original_of(const NodeTree& tree, const std::string& path);

/// The whole files that WriteFile and SetAssignment actions lead to.
std::vector<FileEdit> file_edits(const NodeTree& tree, const std::vector<NodeAction>& actions);

/// Links are put after the files, on the same terms.
ActionResults make_links(const NodeHands& hands, const std::vector<NodeAction>& actions);

ActionResult set_kernel_value(const NodeHands& hands, const SetKernelValue& action);
/// Loads by modprobe. A module that can not be loaded, also because there is no modprobe, is a
/// failure when the plan needs it; an optional one is `not_here` with what to do.
ActionResult load_module(const NodeHands& hands, const LoadModule& action);
ActionResult load_module(
    const NodeHands& hands, const LoadModule& action, sys::ProcessRunner& runner
);

/// Whether `have` is enough: equal word by word, or each number of it at least that of `want`.
bool satisfies(const SetKernelValue& want, const std::string& have);

enum class PageGrowth {
    shrink_only,     ///< pages come with the boot; a live node only gives surplus back
    grow,            ///< try now
    grow_with_time,  ///< at boot: compact memory and try again for a while
};
/// All nodes of all sizes together: wanted nodes are filled before others give back.
ActionResults set_hugepages(
    const NodeHands& hands, const std::vector<SetHugepages>& actions, PageGrowth growth
);

/// The paths that the performers write, for whoever puts them back.
inline const std::string kWorkqueueFolder = "/sys/devices/virtual/workqueue";
inline const std::string kDefaultAffinityPath = "/proc/irq/default_smp_affinity";
std::string hugepages_path(int node, std::int64_t size_kib);
/// `module` as modprobe takes it: "vfio-pci".
std::string module_parameter_path(const std::string& module, const std::string& parameter);

/// Interrupts that the kernel refuses to move (per-CPU timers, managed queues) are `not_here`.
ActionResults move_interrupts(const NodeHands& hands, const MoveInterrupts& action);
ActionResults move_workqueues(const NodeHands& hands, const MoveWorkqueues& action);

}  // namespace kiln::node
