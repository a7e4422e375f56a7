#pragma once

#include "disk/ext4_directory.hpp"
#include "disk/ext4_volume.hpp"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace kiln::disk {

using DirectoryEntries = std::map<std::string, DirectoryEntry, std::less<>>;

/// All entries of a directory on the volume but "." and "..".
DirectoryEntries read_directory(Ext4Volume& volume, ext2_ino_t number);

/// Writes a directory whole. The blocks it has are used again, in order; what is too much is freed
/// and what is missing allocated. Sets size, blocks, links and the index flag of `inode`, the rest
/// of which the caller has filled in, and writes it.
void write_directory(
    Ext4Volume& volume,
    ext2_ino_t number,
    ext2_ino_t parent,
    const DirectoryEntries& entries,
    InodeBytes& inode
);

}  // namespace kiln::disk
