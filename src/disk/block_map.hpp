#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <vector>

namespace kiln::disk {

/// The EBS direct APIs move data in 512 KiB blocks; StartSnapshot returns the size as BlockSize.
constexpr std::int64_t kEbsBlockBytes = std::int64_t{512} << 10U;

using BlockDigest = std::array<std::uint8_t, 32>;  ///< SHA-256, raw

/// SHA-256 of each 512 KiB block of a file; the last block is padded with zeros.
struct BlockMap {
    std::int64_t size_bytes = 0;
    std::vector<BlockDigest> blocks;

    bool operator==(const BlockMap&) const = default;
};

/// SHA-256 of a block of zeros.
const BlockDigest& zero_block_digest();

/// Reads the file with up to `threads` threads; holes are not read. Throws kiln::Error.
BlockMap map_blocks(
    const std::filesystem::path& file, unsigned threads = 2, std::stop_token stop = {}
);

/// Indexes of the blocks that differ, ascending; blocks that only one side has count as zeros.
std::vector<std::int64_t> changed_blocks(const BlockMap& before, const BlockMap& after);

}  // namespace kiln::disk
