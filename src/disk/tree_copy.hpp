#pragma once

#include "disk/layer_tree.hpp"
#include "disk/write_control.hpp"

#include <cstdint>
#include <filesystem>

namespace kiln::disk {

/// Applies a layer to a directory of a mounted file system, which becomes what the layer says:
/// the counterpart of apply_layer_to_ext4 for file systems that only the kernel can write. Needs
/// root. Owners, modes, attributes, hard links, holes and modification times (at most
/// `latest_time` seconds) are kept.
void apply_layer_to_directory(
    const std::filesystem::path& target,
    std::int64_t latest_time,
    const LayerTree& layer,
    const TreeSelection& selection,
    const WriteControl& control
);

}  // namespace kiln::disk
