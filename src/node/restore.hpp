#pragma once

#include "node/change_record.hpp"
#include "node/node_action.hpp"
#include "node/perform.hpp"

// Putting back what the record says was there: all of it for undo, and for an apply what an earlier
// plan placed and this one does not want.

namespace kiln::node {

/// A file that is still as kiln-node left it becomes what it was. One that somebody has edited
/// since is left and named, as a failure; one that somebody removed stays removed.
ActionResult restore_file(const NodeHands& hands, const RecordedFile& file);

/// A setting of the running kernel. One that is gone by now (an interrupt, a module) is no failure.
ActionResult restore_value(const NodeHands& hands, const RecordedSetting& value);

/// Files and links of other plans. What somebody has edited since is left, and said each time.
/// Files of the boot loader are not touched: they follow from the command line.
ActionResults restore_files_of_other_plans(const NodeHands& hands, const PlannedChanges& changes);

/// Settings and drivers that other plans changed in this boot. A setting that this plan sets to a
/// value of its own anyway is left to it.
ActionResults restore_kernel_of_other_plans(const NodeHands& hands, const PlannedChanges& changes);

}  // namespace kiln::node
