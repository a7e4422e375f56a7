#include "disk/ext4_extents.hpp"

#include "disk/ext4_directory.hpp"

#include <algorithm>
#include <cstring>

namespace kiln::disk {
namespace {

constexpr std::size_t kRecordBytes = 12;  // header, extent and index alike
constexpr std::size_t kInInode = 4;
constexpr std::size_t kInBlock = (kExt4BlockBytes - kRecordBytes - 4) / kRecordBytes;
constexpr std::uint32_t kMaxExtentBlocks = 32768;  // EXT_INIT_MAX_LEN

static_assert(sizeof(ext3_extent_header) == kRecordBytes);
static_assert(sizeof(ext3_extent) == kRecordBytes && sizeof(ext3_extent_idx) == kRecordBytes);

using Record = std::array<char, kRecordBytes>;

struct TreeRecord {
    std::uint64_t logical = 0;
    Record bytes{};
};

TreeRecord extent_record(const BlockRun& run) {
    ext3_extent extent{};
    extent.ee_block = ext2fs_cpu_to_le32(static_cast<__u32>(run.logical));
    extent.ee_len = ext2fs_cpu_to_le16(static_cast<__u16>(run.count));
    extent.ee_start = ext2fs_cpu_to_le32(static_cast<__u32>(run.physical));
    extent.ee_start_hi = ext2fs_cpu_to_le16(static_cast<__u16>(run.physical >> 32));
    TreeRecord record{run.logical, {}};
    std::memcpy(record.bytes.data(), &extent, kRecordBytes);
    return record;
}

TreeRecord index_record(std::uint64_t logical, std::uint64_t block) {
    ext3_extent_idx index{};
    index.ei_block = ext2fs_cpu_to_le32(static_cast<__u32>(logical));
    index.ei_leaf = ext2fs_cpu_to_le32(static_cast<__u32>(block));
    index.ei_leaf_hi = ext2fs_cpu_to_le16(static_cast<__u16>(block >> 32));
    TreeRecord record{logical, {}};
    std::memcpy(record.bytes.data(), &index, kRecordBytes);
    return record;
}

std::vector<TreeRecord> extent_records(const std::vector<BlockRun>& runs) {
    std::vector<TreeRecord> records;
    for (BlockRun run : runs) {
        while (run.count > 0) {
            BlockRun part = run;
            part.count = std::min(run.count, kMaxExtentBlocks);
            records.push_back(extent_record(part));
            run.logical += part.count;
            run.physical += part.count;
            run.count -= part.count;
        }
    }
    return records;
}

void put_node(
    char* at, const TreeRecord* records, std::size_t count, std::size_t capacity, int depth
) {
    ext3_extent_header header{};
    header.eh_magic = ext2fs_cpu_to_le16(EXT3_EXT_MAGIC);
    header.eh_entries = ext2fs_cpu_to_le16(static_cast<__u16>(count));
    header.eh_max = ext2fs_cpu_to_le16(static_cast<__u16>(capacity));
    header.eh_depth = ext2fs_cpu_to_le16(static_cast<__u16>(depth));
    std::memcpy(at, &header, kRecordBytes);
    for (std::size_t i = 0; i < count; ++i) {
        std::memcpy(at + (i + 1) * kRecordBytes, records[i].bytes.data(), kRecordBytes);
    }
}

std::uint64_t write_node(
    Ext4Volume& volume, ext2_ino_t number, const TreeRecord* records, std::size_t count, int depth
) {
    alignas(8) std::array<char, kExt4BlockBytes> block{};
    put_node(block.data(), records, count, kInBlock, depth);
    auto* header = reinterpret_cast<ext3_extent_header*>(block.data());
    check_ext2(
        ext2fs_extent_block_csum_set(volume.fs(), number, header), "writing an extent block"
    );
    const std::uint64_t at = volume.allocate_blocks(1).physical;
    check_ext2(
        io_channel_write_blk64(volume.fs()->io, at, 1, block.data()), "writing an extent block"
    );
    return at;
}

}  // namespace

std::uint32_t write_extent_tree(
    Ext4Volume& volume, ext2_ino_t number, InodeBytes& inode, const std::vector<BlockRun>& runs
) {
    std::vector<TreeRecord> level = extent_records(runs);
    std::uint32_t blocks = 0;
    int depth = 0;
    for (; level.size() > kInInode; ++depth) {
        std::vector<TreeRecord> above;
        for (std::size_t first = 0; first < level.size(); first += kInBlock) {
            const std::size_t count = std::min(kInBlock, level.size() - first);
            const std::uint64_t at = write_node(volume, number, &level[first], count, depth);
            above.push_back(index_record(level[first].logical, at));
            ++blocks;
        }
        level = std::move(above);
    }
    std::memset(inode.inode.i_block, 0, sizeof inode.inode.i_block);
    put_node(
        reinterpret_cast<char*>(inode.inode.i_block), level.data(), level.size(), kInInode, depth
    );
    inode.inode.i_flags |= EXT4_EXTENTS_FL;
    return blocks;
}

}  // namespace kiln::disk
