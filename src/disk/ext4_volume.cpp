#include "disk/ext4_volume.hpp"

#include "base/units.hpp"
#include "disk/ext4_directory.hpp"
#include "disk/ext4_extents.hpp"
#include "disk/image_file.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace kiln::disk {
namespace {

struct BlockRange {
    std::uint64_t begin = 0, end = 0;
};

/// Where the file system's own tables lie: superblocks, descriptors and what is reserved for more
/// of them, bitmaps, inode tables. Sorted.
std::vector<BlockRange> table_ranges(ext2_filsys fs) {
    std::vector<BlockRange> ranges;
    const std::uint64_t behind_super = 1 + fs->desc_blocks + fs->super->s_reserved_gdt_blocks;
    for (dgrp_t group = 0; group < fs->group_desc_count; ++group) {
        if (ext2fs_bg_has_super(fs, group) != 0) {
            const std::uint64_t first = ext2fs_group_first_block2(fs, group);
            ranges.push_back({first, first + behind_super});
        }
        for (std::uint64_t bitmap :
             {ext2fs_block_bitmap_loc(fs, group), ext2fs_inode_bitmap_loc(fs, group)}) {
            ranges.push_back({bitmap, bitmap + 1});
        }
        const std::uint64_t table = ext2fs_inode_table_loc(fs, group);
        ranges.push_back({table, table + fs->inode_blocks_per_group});
    }
    std::sort(ranges.begin(), ranges.end(), [](const BlockRange& a, const BlockRange& b) {
        return a.begin < b.begin;
    });
    return ranges;
}

/// One group's part of the block bitmap, a bit a block, lowest first.
std::vector<std::uint8_t> group_bitmap(ext2_filsys fs, dgrp_t group) {
    std::vector<std::uint8_t> bits(fs->blocksize);
    const auto count = static_cast<std::size_t>(ext2fs_group_blocks_count(fs, group));
    check_ext2(
        ext2fs_get_block_bitmap_range2(
            fs->block_map, ext2fs_group_first_block2(fs, group), count, bits.data()
        ),
        "reading the block bitmap"
    );
    return bits;
}

// Without the library's own small cache: it keeps back errors of writes that it put off, and the
// page cache of the host is as good.
std::string io_options(std::int64_t offset_bytes) {
    return "offset=" + std::to_string(offset_bytes) + "&cache=off";
}

}  // namespace

void append_run(std::vector<BlockRun>& runs, BlockRun run) {
    if (!runs.empty()) {
        BlockRun& last = runs.back();
        if (last.physical + last.count == run.physical &&
            last.logical + last.count == run.logical) {
            last.count += run.count;
            return;
        }
    }
    runs.push_back(run);
}

Ext4Volume::Ext4Volume(const std::filesystem::path& image, const Ext4Geometry& geometry)
    : image_(image), offset_bytes_(geometry.offset_bytes) {
    const int flags = EXT2_FLAG_RW | EXT2_FLAG_64BITS;
    const std::string attempted = "opening the ext4 in " + image.string();
    errcode_t code = ext2fs_open2(
        image.c_str(),
        io_options(offset_bytes_).c_str(),
        flags,
        0,
        kExt4BlockBytes,
        unix_io_manager,
        &fs_
    );
    if (code == 0) {
        code = ext2fs_read_bitmaps(fs_);
    }
    if (code != 0) {
        if (fs_ != nullptr) {
            ext2fs_free(fs_);
        }
        throw ext2_error(code, attempted);
    }
    // Backup superblocks keep what create_ext4 wrote, as under the kernel: it is all that a repair
    // needs, and a block less changes in each group that has one.
    fs_->flags |= EXT2_FLAG_MASTER_SB_ONLY;
    fs_->now = std::max<time_t>(geometry.fixed_time, 1);
    fs_->priv_data = this;
    ext2fs_set_alloc_block_callback(fs_, &Ext4Volume::allocate_for_library, nullptr);
    next_block_ = first_block_behind_data();
    next_inode_ = EXT2_FIRST_INODE(fs_->super);
}

Ext4Volume::~Ext4Volume() {
    if (fs_ != nullptr) {
        ext2fs_free(fs_);
    }
}

std::array<std::uint32_t, 4> Ext4Volume::hash_seed() const {
    std::array<std::uint32_t, 4> seed{};
    std::copy_n(fs_->super->s_hash_seed, seed.size(), seed.begin());
    return seed;
}

std::uint64_t Ext4Volume::first_block_behind_data() {
    const std::vector<BlockRange> tables = table_ranges(fs_);
    for (dgrp_t group = fs_->group_desc_count; group-- > 0;) {
        if (ext2fs_bg_flags_test(fs_, group, EXT2_BG_BLOCK_UNINIT) != 0) {
            continue;  // never held data
        }
        std::vector<std::uint8_t> bits = group_bitmap(fs_, group);
        const std::uint64_t first = ext2fs_group_first_block2(fs_, group);
        const std::uint64_t end = first + bits.size() * 8;
        for (const BlockRange& table : tables) {
            for (std::uint64_t block = std::max(table.begin, first);
                 block < std::min(table.end, end);
                 ++block) {
                const std::uint64_t bit = block - first;
                bits[bit / 8] &= static_cast<std::uint8_t>(~(1U << bit % 8));
            }
        }
        for (std::size_t byte = bits.size(); byte-- > 0;) {
            if (bits[byte] != 0) {
                return first + byte * 8 + static_cast<std::size_t>(std::bit_width(bits[byte]));
            }
        }
    }
    return fs_->super->s_first_data_block;
}

bool Ext4Volume::find_free_run(std::uint64_t from, std::uint32_t wanted, BlockRun& run) {
    const std::uint64_t last = ext2fs_blocks_count(fs_->super) - 1;
    blk64_t begin = 0;
    if (from > last ||
        ext2fs_find_first_zero_block_bitmap2(fs_->block_map, from, last, &begin) != 0) {
        return false;
    }
    const std::uint64_t limit = std::min<std::uint64_t>(begin + wanted, last + 1);
    blk64_t end = 0;
    if (ext2fs_find_first_set_block_bitmap2(fs_->block_map, begin, limit - 1, &end) != 0) {
        end = limit;
    }
    run = {begin, 0, static_cast<std::uint32_t>(end - begin)};
    return true;
}

BlockRun Ext4Volume::allocate_blocks(std::uint32_t wanted) {
    BlockRun run;
    if (!find_free_run(next_block_, wanted, run) &&
        !find_free_run(fs_->super->s_first_data_block, wanted, run)) {
        const auto size =
            static_cast<std::int64_t>(ext2fs_blocks_count(fs_->super)) * kExt4BlockBytes;
        Error full(
            ErrorKind::no_space, "the ext4 file system of " + format_bytes(size) + " is full"
        );
        throw full.set_hint("give the disk a larger size");
    }
    ext2fs_block_alloc_stats_range(fs_, run.physical, run.count, +1);
    next_block_ = run.physical + run.count;
    return run;
}

std::vector<BlockRun> Ext4Volume::allocate_all(std::uint32_t count, std::uint64_t logical) {
    std::vector<BlockRun> runs;
    while (count > 0) {
        BlockRun run = allocate_blocks(count);
        run.logical = logical;
        append_run(runs, run);
        logical += run.count;
        count -= run.count;
    }
    return runs;
}

void Ext4Volume::free_blocks(const BlockRun& run) {
    ext2fs_block_alloc_stats_range(fs_, run.physical, run.count, -1);
    freed_.push_back(run);
}

ext2_ino_t Ext4Volume::allocate_inode(bool directory, ext2_ino_t preferred) {
    ext2_ino_t number = preferred;
    if (preferred == 0 || ext2fs_test_inode_bitmap2(fs_->inode_map, preferred) != 0) {
        const ext2_ino_t last = fs_->super->s_inodes_count;
        const ext2_ino_t first = EXT2_FIRST_INODE(fs_->super);
        if (next_inode_ > last ||
            ext2fs_find_first_zero_inode_bitmap2(fs_->inode_map, next_inode_, last, &number) != 0) {
            if (ext2fs_find_first_zero_inode_bitmap2(fs_->inode_map, first, last, &number) != 0) {
                throw Error(
                    ErrorKind::no_space,
                    "the ext4 file system has no inode left of its " + std::to_string(last)
                );
            }
        }
        next_inode_ = number + 1;
    }
    ext2fs_inode_alloc_stats2(fs_, number, +1, directory ? 1 : 0);
    return number;
}

InodeBytes Ext4Volume::read_inode(ext2_ino_t number) {
    InodeBytes inode;
    check_ext2(
        ext2fs_read_inode_full(fs_, number, inode.small(), sizeof inode.bytes), "reading an inode"
    );
    return inode;
}

void Ext4Volume::write_inode(ext2_ino_t number, InodeBytes& inode) {
    check_ext2(
        ext2fs_write_inode_full(fs_, number, inode.small(), sizeof inode.bytes), "writing an inode"
    );
}

namespace {

struct InodeBlocks {
    std::vector<BlockRun> data;
    std::vector<BlockRun> tree;
};

int collect_block(
    ext2_filsys /*fs*/,
    blk64_t* block,
    e2_blkcnt_t logical,
    blk64_t /*ref_block*/,
    int /*ref_offset*/,
    void* result
) {
    auto& blocks = *static_cast<InodeBlocks*>(result);
    if (logical < 0) {
        append_run(blocks.tree, {*block, blocks.tree.size(), 1});
    } else {
        append_run(blocks.data, {*block, static_cast<std::uint64_t>(logical), 1});
    }
    return 0;
}

InodeBlocks collect_blocks(ext2_filsys fs, ext2_ino_t number, InodeBytes& inode) {
    InodeBlocks blocks;
    if ((inode.inode.i_flags & EXT4_EXTENTS_FL) == 0 ||
        ext2fs_inode_has_valid_blocks2(fs, inode.small()) == 0) {
        return blocks;
    }
    check_ext2(
        ext2fs_block_iterate3(fs, number, BLOCK_FLAG_READ_ONLY, nullptr, &collect_block, &blocks),
        "reading the extents of a file"
    );
    return blocks;
}

}  // namespace

std::vector<BlockRun> Ext4Volume::data_runs(ext2_ino_t number, InodeBytes& inode) {
    return collect_blocks(fs_, number, inode).data;
}

void Ext4Volume::set_data_runs(
    ext2_ino_t number, InodeBytes& inode, const std::vector<BlockRun>& runs
) {
    for (const BlockRun& run : collect_blocks(fs_, number, inode).tree) {
        free_blocks(run);
    }
    std::uint64_t blocks = write_extent_tree(*this, number, inode, runs);
    for (const BlockRun& run : runs) {
        blocks += run.count;
    }
    check_ext2(ext2fs_iblk_set(fs_, inode.small(), blocks), "counting the blocks of a file");
}

void Ext4Volume::free_inode(ext2_ino_t number, InodeBytes& inode) {
    const InodeBlocks blocks = collect_blocks(fs_, number, inode);
    for (const BlockRun& run : blocks.data) {
        free_blocks(run);
    }
    for (const BlockRun& run : blocks.tree) {
        free_blocks(run);
    }
    free_xattr_block(inode);
    const bool directory = LINUX_S_ISDIR(inode.inode.i_mode);
    InodeBytes nothing;
    write_inode(number, nothing);
    ext2fs_inode_alloc_stats2(fs_, number, -1, directory ? 1 : 0);
}

void Ext4Volume::free_xattr_block(InodeBytes& inode) {
    // The blocks are never shared here: each inode's attributes are written for it alone.
    if (const blk64_t block = ext2fs_file_acl_block(fs_, inode.small()); block != 0) {
        free_blocks({block, 0, 1});
        ext2fs_file_acl_block_set(fs_, inode.small(), 0);
        check_ext2(ext2fs_iblk_sub_blocks(fs_, inode.small(), 1), "counting the blocks of a file");
    }
}

errcode_t Ext4Volume::allocate_for_library(ext2_filsys fs, blk64_t /*goal*/, blk64_t* result) {
    auto& volume = *static_cast<Ext4Volume*>(fs->priv_data);
    BlockRun run;
    if (!volume.find_free_run(volume.next_block_, 1, run) &&
        !volume.find_free_run(fs->super->s_first_data_block, 1, run)) {
        return EXT2_ET_BLOCK_ALLOC_FAIL;
    }
    volume.next_block_ = run.physical + 1;  // the library marks the block as used itself
    *result = run.physical;
    return 0;
}

std::vector<BlockRun> Ext4Volume::still_free() {
    std::vector<BlockRun> result;
    for (const BlockRun& run : freed_) {
        for (std::uint64_t block = run.physical; block < run.physical + run.count; ++block) {
            if (ext2fs_test_block_bitmap2(fs_->block_map, block) == 0) {
                append_run(result, {block, block, 1});
            }
        }
    }
    return result;
}

void Ext4Volume::close() {
    const std::vector<BlockRun> holes = still_free();
    check_ext2(ext2fs_flush2(fs_, EXT2_FLAG_FLUSH_NO_SYNC), "writing " + image_.string());
    ext2fs_free(std::exchange(fs_, nullptr));
    punch(holes);
}

void Ext4Volume::punch(const std::vector<BlockRun>& runs) {
    if (runs.empty()) {
        return;
    }
    ImageFile image(image_);
    for (const BlockRun& run : runs) {
        image.punch(
            offset_bytes_ + static_cast<std::int64_t>(run.physical) * kExt4BlockBytes,
            static_cast<std::int64_t>(run.count) * kExt4BlockBytes
        );
    }
}

}  // namespace kiln::disk
