#pragma once

#include "node/perform.hpp"

#include <functional>
#include <string>
#include <vector>

namespace kiln::node {

struct ApplyOptions {
    PageGrowth growth = PageGrowth::shrink_only;
    /// What a device carries that the node must keep ("the default route"), or "".
    std::function<std::string(const std::string& address)> protected_because;
};

struct ApplyReport {
    ActionResults results;
    /// The running command line is not the planned one; a boot puts it in force.
    bool needs_reboot = false;
    /// The loader's own files show the planned line for what boots next.
    bool next_boot_is_right = false;

    bool ok() const;
    /// The failures in one line.
    std::string problem() const;
};

/// Makes the changes, in an order in which a crash at any point leaves a node that boots: files
/// that mean nothing without the command line first, then what is in force at once, then the boot
/// loader. A failed file keeps the command line from being changed. In a tree that is not the
/// running system only files are written.
ApplyReport apply_changes(
    const NodeHands& hands, const PlannedChanges& changes, const ApplyOptions& options
);

/// Removes the temporary files that killed runs left, wherever the record says that something was
/// written. Only for the one who holds the lock: another run's files look the same.
void sweep_leftovers(const NodeHands& hands);

/// What the early unit does in each boot: pages, interrupts and workqueues of what was applied.
ActionResults apply_early(const NodeHands& hands);

/// Interrupts alone, of what was applied: an interface that came later has some of its own.
ActionResults apply_interrupts(const NodeHands& hands);

/// Puts back what was there before the first apply, as far as nobody else has changed it since.
ActionResults undo_changes(const NodeHands& hands);

}  // namespace kiln::node
