#pragma once

#include "disk/ext4_volume.hpp"

namespace kiln::disk {

/// Writes the extent tree of a file whose data lies in `runs` (ascending, disjoint): up to four
/// extents within the inode, else as few tree blocks as hold them, taken from the volume.
/// Returns how many blocks the tree took.
std::uint32_t write_extent_tree(
    Ext4Volume& volume, ext2_ino_t number, InodeBytes& inode, const std::vector<BlockRun>& runs
);

}  // namespace kiln::disk
