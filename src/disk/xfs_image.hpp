#pragma once

#include "disk/disk_plan.hpp"
#include "disk/layer_tree.hpp"
#include "disk/write_control.hpp"

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <vector>

namespace kiln::sys {
class ProcessRunner;
}

namespace kiln::disk {

// xfs can only be written by the kernel (mkfs.xfs -p loses attributes and times), so it takes a
// loop device and a mount, and root. Both belong to kiln alone: the device clears itself with its
// last user, the mount is in a namespace of one thread. When kiln is killed they are gone.
//
// Images with xfs are not byte-reproducible: the kernel puts the time of the copy and random
// generation numbers into the inodes.

/// Makes an empty xfs in a partition of an image. Throws kiln::Error; unsupported when the host
/// has no loop device to give.
void create_xfs(
    const std::filesystem::path& image,
    const Partition& partition,
    sys::ProcessRunner& processes,
    std::stop_token stop
);

/// As apply_layer_to_ext4, for several layers with one mount.
void apply_layers_to_xfs(
    const std::filesystem::path& image,
    const Partition& partition,
    std::int64_t latest_time,
    const std::vector<LayerTree>& layers,
    const TreeSelection& selection,
    const WriteControl& control
);

}  // namespace kiln::disk
