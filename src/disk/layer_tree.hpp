#pragma once

#include "disk/disk_plan.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace kiln::disk {

/// One tree of an ordered chain. The first is a whole root file system, later ones are overlayfs
/// upper directories made with redirect_dir=off, metacopy=off: a character device 0:0 removes a
/// name, the xattr trusted.overlay.opaque=y on a directory hides what is below it.
using LayerTree = std::filesystem::path;

/// Which part of the layers goes to this file system.
struct TreeSelection {
    std::string subtree = "/";          ///< becomes the root of the file system
    std::vector<std::string> excluded;  ///< absolute; these directories are kept, but empty
};

/// What the layer needs on a file system when nothing of it replaces anything: an upper bound, and
/// so the sum over a chain is one too. Walks the tree; worth keeping beside an immutable layer.
/// Names in `excluded` (absolute, "/var/lib/x") are counted without what is below them.
ContentSize measure_layer(const LayerTree& layer, const std::vector<std::string>& excluded = {});

}  // namespace kiln::disk
