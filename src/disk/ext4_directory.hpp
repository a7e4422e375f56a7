#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace kiln::disk {

constexpr std::int64_t kExt4BlockBytes = 4096;

struct DirectoryEntry {
    std::string name;  ///< 1 to 255 bytes
    std::uint32_t inode = 0;
    std::uint8_t file_type = 0;  ///< EXT2_FT_*

    bool operator==(const DirectoryEntry&) const = default;
};

/// A directory's blocks as ext4 has them on disk, but for the checksums.
struct DirectoryBlocks {
    std::string bytes;     ///< a multiple of 4096
    bool indexed = false;  ///< has a hash tree: the inode needs EXT2_INDEX_FL
};

/// Lays out a directory with all its entries at once: one block with the entries in name order
/// while they fit there, else a hash tree. `entries` are without "." and ".."; their order does
/// not matter. `hash_seed` is the superblock's. Pure.
DirectoryBlocks encode_directory(
    std::uint32_t self,
    std::uint32_t parent,
    std::vector<DirectoryEntry> entries,
    const std::array<std::uint32_t, 4>& hash_seed
);

}  // namespace kiln::disk
