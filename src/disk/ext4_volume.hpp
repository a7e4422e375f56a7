#pragma once

#include "disk/ext2_library.hpp"
#include "disk/ext4_image.hpp"

#include <array>
#include <cstdint>
#include <filesystem>
#include <vector>

namespace kiln::disk {

/// `count` adjacent blocks of the file system, at `logical` in a file.
struct BlockRun {
    std::uint64_t physical = 0;
    std::uint64_t logical = 0;
    std::uint32_t count = 0;

    bool operator==(const BlockRun&) const = default;
};

/// Appends a run, as part of the last one when it goes on there in the file and on the disk.
void append_run(std::vector<BlockRun>& runs, BlockRun run);

/// The whole on-disk inode: writing it leaves nothing of what was there before.
union InodeBytes {
    std::array<char, 256> bytes{};
    ext2_inode_large inode;

    ext2_inode* small() { return reinterpret_cast<ext2_inode*>(bytes.data()); }
};

/// An ext4 opened for writing, with an allocator that looks at nothing but the bitmaps on disk:
/// blocks are handed out in one ascending sweep that begins behind the last block in use, inodes
/// from the lowest free one. Opening it anew therefore goes on exactly as not closing it would.
class Ext4Volume {
public:
    Ext4Volume(const std::filesystem::path& image, const Ext4Geometry& geometry);
    ~Ext4Volume();  ///< without `close`: whatever was not yet written is dropped
    Ext4Volume(const Ext4Volume&) = delete;
    Ext4Volume& operator=(const Ext4Volume&) = delete;

    ext2_filsys fs() { return fs_; }
    std::array<std::uint32_t, 4> hash_seed() const;

    /// Between 1 and `wanted` adjacent blocks. Throws no_space when none is free.
    BlockRun allocate_blocks(std::uint32_t wanted);
    /// `count` blocks in as few runs as there are, logical numbers from `logical`.
    std::vector<BlockRun> allocate_all(std::uint32_t count, std::uint64_t logical);
    void free_blocks(const BlockRun& run);

    /// The lowest free inode, or `preferred` when it is not 0 and free.
    ext2_ino_t allocate_inode(bool directory, ext2_ino_t preferred = 0);

    InodeBytes read_inode(ext2_ino_t number);
    void write_inode(ext2_ino_t number, InodeBytes& inode);

    /// Where a file's data lies, in order.
    std::vector<BlockRun> data_runs(ext2_ino_t number, InodeBytes& inode);
    /// Makes `runs` the data of a file: extents and block count. The blocks of an earlier extent
    /// tree are freed.
    void set_data_runs(ext2_ino_t number, InodeBytes& inode, const std::vector<BlockRun>& runs);
    /// Frees the inode and all it owns.
    void free_inode(ext2_ino_t number, InodeBytes& inode);
    /// Frees the block of extended attributes, if there is one.
    void free_xattr_block(InodeBytes& inode);

    /// Writes what is pending, then makes holes of the blocks that were freed, so that nothing that
    /// a layer removed can be read from the image. Nothing may be done afterwards.
    void close();

private:
    static errcode_t allocate_for_library(ext2_filsys fs, blk64_t goal, blk64_t* result);

    std::uint64_t first_block_behind_data();
    bool find_free_run(std::uint64_t from, std::uint32_t wanted, BlockRun& run);
    std::vector<BlockRun> still_free();
    void punch(const std::vector<BlockRun>& runs);

    ext2_filsys fs_ = nullptr;
    std::filesystem::path image_;
    std::int64_t offset_bytes_ = 0;
    std::uint64_t next_block_ = 0;
    ext2_ino_t next_inode_ = 0;
    std::vector<BlockRun> freed_;
};

}  // namespace kiln::disk
