#pragma once

#include "disk/block_map.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::sys {
class FileSystem;
}

namespace kiln::publish {

/// A block of a snapshot that is not all zeros.
struct MappedBlock {
    std::int64_t index = 0;
    disk::BlockDigest digest{};

    bool operator==(const MappedBlock&) const = default;
};

/// What a snapshot holds, by the digests of its blocks: those that are not there hold zeros. Takes
/// memory for data only, whatever the volume's size.
struct SnapshotMap {
    std::vector<MappedBlock> blocks;  ///< by index, each once, none of zeros

    /// Null for a block of zeros.
    const disk::BlockDigest* find(std::int64_t index) const;
    /// SHA-256 of the map, hex: equal maps are equal snapshots. Value of the tag kMapTag.
    std::string digest() const;

    bool operator==(const SnapshotMap&) const = default;
};

/// Tag of a snapshot that tells the digest of its map.
constexpr const char* kMapTag = "kiln:map-sha256";

/// The map as a file: "KILNMAP1", then for each block its index (8 bytes, little-endian) and its
/// digest (32 bytes).
std::string encode(const SnapshotMap& map);
/// Nothing for a text that is none.
std::optional<SnapshotMap> decode_map(std::string_view text);

/// The maps that this machine has, a file each: <folder>/<snapshot id>.map. Whether one is right is
/// told by the snapshot's tag alone, so that a file that is lost, old or damaged is only not used.
class MapStore {
public:
    MapStore(sys::FileSystem& files, std::filesystem::path folder)
        : files_(files), folder_(std::move(folder)) {}

    /// The map of that digest, or nothing.
    std::optional<SnapshotMap> load(const std::string& snapshot_id, const std::string& digest);
    void keep(const std::string& snapshot_id, const SnapshotMap& map);

private:
    std::filesystem::path path_of(const std::string& snapshot_id) const;

    sys::FileSystem& files_;
    std::filesystem::path folder_;
};

}  // namespace kiln::publish
