#pragma once

#include "disk/layer_directory.hpp"
#include "disk/layer_tree.hpp"
#include "disk/write_control.hpp"

#include <functional>
#include <string>
#include <vector>

namespace kiln::disk {

/// One name of the tree that a chain of layers makes, as its topmost layer has it.
struct MergedEntry {
    const std::string& path;       ///< absolute in the tree; "/" for the root
    const LayerDirectory& folder;  ///< the one that holds it; of a directory, itself
    const LayerEntry& entry;       ///< its name is "" for a directory: it is `folder` itself
};

/// Visits all that a chain of layers (the lowest first) shows when overlayfs stacks them, without
/// a mount: a directory first, then what it holds but for directories, then those, each by name
/// in the order of bytes. So equal trees are visited equally, whatever the host's file system.
/// Holds the names of one directory and those of the directories still to come. Throws kiln::Error.
void walk_merged_tree(
    const std::vector<LayerTree>& layers,
    const std::function<void(const MergedEntry&)>& visit,
    const WriteControl& control
);

}  // namespace kiln::disk
