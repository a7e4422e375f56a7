#pragma once

#include "disk/layer_tree.hpp"
#include "disk/write_control.hpp"

#include <cstdint>
#include <filesystem>
#include <string>

namespace kiln::disk {

/// Where an ext4 file system lies and what is fixed about it at birth.
struct Ext4Geometry {
    std::int64_t offset_bytes = 0;  ///< in the image file
    std::int64_t size_bytes = 0;
    std::string uuid;
    std::string hash_seed;         ///< UUID form
    std::string label;             ///< at most 16 bytes
    std::int64_t inode_count = 0;  ///< 0: one for each 16 KiB
    std::int64_t fixed_time = 0;   ///< seconds since the epoch: every time of the file system
};

/// Makes an empty ext4 in the image file, whose bytes there must be zeros or holes.
void create_ext4(const std::filesystem::path& image, const Ext4Geometry& geometry);

/// Applies one layer to the ext4 at `geometry.offset_bytes`: removes, replaces and adds what the
/// layer says. The bytes afterwards depend on the bytes before and on the layer alone, so a chain
/// gives the same image whether it was applied in one run or went on from a copy of a prefix.
/// Throws kiln::Error: no_space (host disk or file system full), unsupported (a layer made with
/// redirect_dir or metacopy), interrupted.
void apply_layer_to_ext4(
    const std::filesystem::path& image,
    const Ext4Geometry& geometry,
    const LayerTree& layer,
    const TreeSelection& selection = {},
    const WriteControl& control = {}
);

}  // namespace kiln::disk
