#pragma once

#include "disk/layer_tree.hpp"

#include <optional>
#include <string>
#include <sys/stat.h>

namespace kiln::disk {

/// What a layer says of the directory that a file system begins with.
struct LayerStart {
    /// On the way there the layer removes or hides what earlier layers had below it.
    bool clear_first = false;
    /// The directory's own status; nothing when the layer does not have it.
    std::optional<struct stat> status;
};

/// Looks for `subtree` ("/", "/var/lib/x") in a layer. Throws kiln::Error.
LayerStart find_layer_start(const LayerTree& layer, const std::string& subtree);

/// `path`, absolute within the layer, as a path of the host.
std::filesystem::path host_path(const LayerTree& layer, const std::string& path);
/// `name` in the directory `path`, absolute within the layer.
std::string child_path(const std::string& path, const std::string& name);

}  // namespace kiln::disk
