#include "publish/snapshot_map.hpp"

#include "base/digest.hpp"
#include "base/error.hpp"
#include "sys/file_system.hpp"

#include <algorithm>
#include <tuple>

namespace kiln::publish {

namespace {

constexpr std::string_view kMagic = "KILNMAP1";
constexpr std::size_t kIndexBytes = 8;
constexpr std::size_t kEntryBytes = kIndexBytes + std::tuple_size_v<disk::BlockDigest>;

}  // namespace

const disk::BlockDigest* SnapshotMap::find(std::int64_t index) const {
    const auto place =
        std::lower_bound(blocks.begin(), blocks.end(), index, [](const MappedBlock& one, auto at) {
            return one.index < at;
        });
    return place != blocks.end() && place->index == index ? &place->digest : nullptr;
}

std::string SnapshotMap::digest() const {
    return sha256_hex(encode(*this));
}

std::string encode(const SnapshotMap& map) {
    std::string text(kMagic);
    text.reserve(kMagic.size() + map.blocks.size() * kEntryBytes);
    for (const MappedBlock& block : map.blocks) {
        for (std::size_t i = 0; i < kIndexBytes; ++i) {
            text += static_cast<char>(static_cast<std::uint64_t>(block.index) >> (8 * i) & 0xffU);
        }
        text.append(block.digest.begin(), block.digest.end());
    }
    return text;
}

std::optional<SnapshotMap> decode_map(std::string_view text) {
    if (!text.starts_with(kMagic) || (text.size() - kMagic.size()) % kEntryBytes != 0) {
        return std::nullopt;
    }
    SnapshotMap map;
    for (text.remove_prefix(kMagic.size()); !text.empty(); text.remove_prefix(kEntryBytes)) {
        MappedBlock block;
        for (std::size_t i = kIndexBytes; i-- > 0;) {
            block.index = block.index << 8 | static_cast<std::uint8_t>(text[i]);
        }
        std::copy_n(text.begin() + kIndexBytes, block.digest.size(), block.digest.begin());
        if (block.index < 0 || (!map.blocks.empty() && map.blocks.back().index >= block.index)) {
            return std::nullopt;
        }
        map.blocks.push_back(block);
    }
    return map;
}

std::filesystem::path MapStore::path_of(const std::string& snapshot_id) const {
    return folder_ / (snapshot_id + ".map");
}

std::optional<SnapshotMap> MapStore::load(
    const std::string& snapshot_id, const std::string& digest
) {
    const std::filesystem::path path = path_of(snapshot_id);
    try {
        if (!files_.status_followed(path)) {
            return std::nullopt;
        }
        auto map = decode_map(files_.read_file(path));
        return map && map->digest() == digest ? std::move(map) : std::nullopt;
    } catch (const Error&) {
        return std::nullopt;  // as good as lost
    }
}

void MapStore::keep(const std::string& snapshot_id, const SnapshotMap& map) {
    files_.make_directories(folder_);
    files_.write_file_atomic(path_of(snapshot_id), encode(map));
}

}  // namespace kiln::publish
