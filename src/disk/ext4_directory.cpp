// ext4 directories are chains of variable-length records, the last one stretched to the block's
// end; with metadata checksums the block closes with a 12-byte pseudo record for the checksum.
//
// A hash tree hides in the same shape. Block 0 holds "." and "..", the latter stretched over the
// whole block; in that slack lie the root's header and an array of (hash, block) pairs. Inner
// nodes are one empty record with such an array in it. Leaves are ordinary blocks that hold the
// names of one hash interval, so that a reader who knows nothing of trees sees a plain directory.
// Layout: Documentation/filesystems/ext4/directory.rst of the Linux source.
#include "disk/ext4_directory.hpp"

#include "disk/ext2_library.hpp"

#include <algorithm>
#include <cassert>

namespace kiln::disk {
namespace {

constexpr std::size_t kTail = 12;  // ext2_dir_entry_tail
constexpr std::size_t kUsable = kExt4BlockBytes - kTail;
constexpr std::size_t kIndexTail = 8;  // ext2_dx_tail
constexpr std::size_t kDotRecord = 12;
constexpr std::size_t kRootArray = 2 * kDotRecord + 8;  // after ".", ".." and the root's header
constexpr std::size_t kNodeArray = 8;                   // after the empty record's header
constexpr std::size_t kPair = 8;
constexpr std::size_t kRootPairs = (kExt4BlockBytes - kRootArray - kIndexTail) / kPair;
constexpr std::size_t kNodePairs = (kExt4BlockBytes - kNodeArray - kIndexTail) / kPair;

void put16(char* at, std::size_t value) {
    at[0] = static_cast<char>(value & 0xff);
    at[1] = static_cast<char>(value >> 8 & 0xff);
}

void put32(char* at, std::uint32_t value) {
    put16(at, value & 0xffff);
    put16(at + 2, value >> 16);
}

std::size_t record_bytes(const DirectoryEntry& entry) {
    return (8 + entry.name.size() + 3) / 4 * 4;
}

void put_record(char* at, const DirectoryEntry& entry, std::size_t length) {
    put32(at, entry.inode);
    put16(at + 4, length);
    at[6] = static_cast<char>(entry.name.size());
    at[7] = static_cast<char>(entry.file_type);
    // The format gives the length and ends no name with a zero.
    std::copy(entry.name.begin(), entry.name.end(), at + 8);
}

/// A block of records, filled from the front.
class LeafBlock {
public:
    bool has_room_for(const DirectoryEntry& entry) const {
        return used_ + record_bytes(entry) <= kUsable;
    }

    void add(const DirectoryEntry& entry) {
        last_ = used_;
        put_record(bytes_.data() + used_, entry, record_bytes(entry));
        used_ += record_bytes(entry);
    }

    const std::string& finish() {
        put16(bytes_.data() + last_ + 4, kUsable - last_);
        char* tail = bytes_.data() + kUsable;
        put16(tail + 4, kTail);
        put16(tail + 6, EXT2_DIR_NAME_LEN_CSUM);
        return bytes_;
    }

private:
    std::string bytes_ = std::string(kExt4BlockBytes, '\0');
    std::size_t used_ = 0;
    std::size_t last_ = 0;
};

struct HashedEntry {
    std::uint32_t hash = 0, minor_hash = 0;
    const DirectoryEntry* entry = nullptr;
};

std::vector<HashedEntry> hash_entries(
    const std::vector<DirectoryEntry>& entries, const std::array<std::uint32_t, 4>& seed
) {
    std::vector<HashedEntry> hashed;
    hashed.reserve(entries.size());
    for (const DirectoryEntry& entry : entries) {
        HashedEntry item{.entry = &entry};
        check_ext2(
            ext2fs_dirhash(
                EXT2_HASH_HALF_MD4,
                entry.name.data(),
                static_cast<int>(entry.name.size()),
                seed.data(),
                &item.hash,
                &item.minor_hash
            ),
            "hashing a file name"
        );
        hashed.push_back(item);
    }
    std::sort(hashed.begin(), hashed.end(), [](const HashedEntry& a, const HashedEntry& b) {
        return std::tie(a.hash, a.minor_hash, a.entry->name) <
               std::tie(b.hash, b.minor_hash, b.entry->name);
    });
    return hashed;
}

struct IndexPair {
    std::uint32_t hash = 0;
    std::uint32_t block = 0;
};

/// Writes limit, count and pairs. The first pair's hash is implied (it is the node's lower bound),
/// and its four bytes carry limit and count.
void put_pairs(char* at, std::size_t limit, const IndexPair* pairs, std::size_t count) {
    put16(at, limit);
    put16(at + 2, count);
    put32(at + 4, pairs[0].block);
    for (std::size_t i = 1; i < count; ++i) {
        put32(at + i * kPair, pairs[i].hash);
        put32(at + i * kPair + 4, pairs[i].block);
    }
}

std::string leaves_of(const std::vector<HashedEntry>& hashed, std::vector<IndexPair>& pairs) {
    std::string bytes;
    LeafBlock leaf;
    std::uint32_t previous_hash = 0;
    pairs.push_back({});
    for (const HashedEntry& item : hashed) {
        if (!leaf.has_room_for(*item.entry)) {
            bytes += leaf.finish();
            leaf = LeafBlock();
            // Bit 0 is never part of a hash; set, it says that the block before ends with the
            // same hash and has to be searched too.
            const std::uint32_t continued = item.hash == previous_hash ? 1 : 0;
            pairs.push_back({item.hash | continued, static_cast<std::uint32_t>(pairs.size())});
        }
        leaf.add(*item.entry);
        previous_hash = item.hash;
    }
    bytes += leaf.finish();
    return bytes;
}

std::string root_block(std::uint32_t self, std::uint32_t parent, std::uint8_t levels) {
    std::string block(kExt4BlockBytes, '\0');
    put_record(block.data(), {".", self, EXT2_FT_DIR}, kDotRecord);
    put_record(
        block.data() + kDotRecord, {"..", parent, EXT2_FT_DIR}, kExt4BlockBytes - kDotRecord
    );
    char* header = block.data() + 2 * kDotRecord;
    header[4] = EXT2_HASH_HALF_MD4;
    header[5] = 8;  // length of this header
    header[6] = static_cast<char>(levels);
    return block;
}

DirectoryBlocks encode_tree(
    std::uint32_t self,
    std::uint32_t parent,
    const std::vector<DirectoryEntry>& entries,
    const std::array<std::uint32_t, 4>& seed
) {
    std::vector<IndexPair> leaves;
    const std::string leaf_bytes = leaves_of(hash_entries(entries, seed), leaves);

    const bool flat = leaves.size() <= kRootPairs;
    const std::size_t node_count = flat ? 0 : (leaves.size() + kNodePairs - 1) / kNodePairs;
    // 507 * 510 leaves: more names than an ext4 without largedir can hold.
    assert(node_count <= kRootPairs);
    for (IndexPair& pair : leaves) {
        pair.block += static_cast<std::uint32_t>(1 + node_count);
    }

    std::string bytes = root_block(self, parent, flat ? 0 : 1);
    if (flat) {
        put_pairs(bytes.data() + kRootArray, kRootPairs, leaves.data(), leaves.size());
        return {bytes + leaf_bytes, true};
    }
    std::vector<IndexPair> nodes;
    for (std::size_t first = 0; first < leaves.size(); first += kNodePairs) {
        const std::size_t count = std::min(kNodePairs, leaves.size() - first);
        std::string node(kExt4BlockBytes, '\0');
        put16(node.data() + 4, kExt4BlockBytes);
        put_pairs(node.data() + kNodeArray, kNodePairs, &leaves[first], count);
        bytes += node;
        nodes.push_back({leaves[first].hash, static_cast<std::uint32_t>(nodes.size() + 1)});
    }
    put_pairs(bytes.data() + kRootArray, kRootPairs, nodes.data(), nodes.size());
    return {bytes + leaf_bytes, true};
}

}  // namespace

DirectoryBlocks encode_directory(
    std::uint32_t self,
    std::uint32_t parent,
    std::vector<DirectoryEntry> entries,
    const std::array<std::uint32_t, 4>& hash_seed
) {
    std::size_t needed = 2 * kDotRecord;
    for (const DirectoryEntry& entry : entries) {
        needed += record_bytes(entry);
    }
    if (needed > kUsable) {
        return encode_tree(self, parent, entries, hash_seed);
    }
    std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) {
        return a.name < b.name;
    });
    LeafBlock block;
    block.add({".", self, EXT2_FT_DIR});
    block.add({"..", parent, EXT2_FT_DIR});
    for (const DirectoryEntry& entry : entries) {
        block.add(entry);
    }
    return {block.finish(), false};
}

}  // namespace kiln::disk
