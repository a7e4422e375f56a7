#include "disk/ext4_directory_io.hpp"

#include <algorithm>

namespace kiln::disk {
namespace {

int collect_entry(
    ext2_ino_t /*directory*/,
    int kind,
    ext2_dir_entry* entry,
    int /*offset*/,
    int /*block_size*/,
    char* /*block*/,
    void* result
) {
    if (kind == DIRENT_OTHER_FILE) {
        auto& entries = *static_cast<DirectoryEntries*>(result);
        std::string name(entry->name, static_cast<std::size_t>(ext2fs_dirent_name_len(entry)));
        const auto type = static_cast<std::uint8_t>(ext2fs_dirent_file_type(entry));
        entries[name] = {name, entry->inode, type};
    }
    return 0;
}

/// Exactly `count` blocks: the old ones first, then new ones.
std::vector<BlockRun> resize_runs(
    Ext4Volume& volume, const std::vector<BlockRun>& old_runs, std::uint32_t count
) {
    std::vector<BlockRun> runs;
    std::uint32_t have = 0;
    for (const BlockRun& run : old_runs) {
        const std::uint32_t kept = std::min(run.count, count - have);
        if (kept > 0) {
            append_run(runs, {run.physical, have, kept});
            have += kept;
        }
        if (kept < run.count) {
            volume.free_blocks({run.physical + kept, 0, run.count - kept});
        }
    }
    for (const BlockRun& run : volume.allocate_all(count - have, have)) {
        append_run(runs, run);
    }
    return runs;
}

void write_blocks(
    Ext4Volume& volume, ext2_ino_t number, const std::vector<BlockRun>& runs, std::string& bytes
) {
    char* at = bytes.data();
    for (const BlockRun& run : runs) {
        for (std::uint64_t block = run.physical; block < run.physical + run.count; ++block) {
            check_ext2(
                ext2fs_write_dir_block4(volume.fs(), block, at, 0, number), "writing a directory"
            );
            at += kExt4BlockBytes;
        }
    }
}

std::uint16_t link_count(const DirectoryEntries& entries) {
    const auto directories = std::count_if(entries.begin(), entries.end(), [](const auto& named) {
        return named.second.file_type == EXT2_FT_DIR;
    });
    // Feature dir_nlink: a count of 1 stands for "too many to count".
    return directories + 2 < EXT2_LINK_MAX ? static_cast<std::uint16_t>(directories + 2) : 1;
}

}  // namespace

DirectoryEntries read_directory(Ext4Volume& volume, ext2_ino_t number) {
    DirectoryEntries entries;
    check_ext2(
        ext2fs_dir_iterate2(volume.fs(), number, 0, nullptr, &collect_entry, &entries),
        "reading a directory"
    );
    return entries;
}

void write_directory(
    Ext4Volume& volume,
    ext2_ino_t number,
    ext2_ino_t parent,
    const DirectoryEntries& entries,
    InodeBytes& inode
) {
    std::vector<DirectoryEntry> list;
    list.reserve(entries.size());
    for (const auto& [name, entry] : entries) {
        list.push_back(entry);
    }
    DirectoryBlocks blocks = encode_directory(number, parent, std::move(list), volume.hash_seed());
    const auto count = static_cast<std::uint32_t>(blocks.bytes.size() / kExt4BlockBytes);

    const std::vector<BlockRun> runs = resize_runs(volume, volume.data_runs(number, inode), count);
    volume.set_data_runs(number, inode, runs);
    check_ext2(
        ext2fs_inode_size_set(
            volume.fs(), inode.small(), static_cast<ext2_off64_t>(blocks.bytes.size())
        ),
        "sizing a directory"
    );
    inode.inode.i_links_count = link_count(entries);
    inode.inode.i_flags &= ~static_cast<__u32>(EXT2_INDEX_FL);
    if (blocks.indexed) {
        inode.inode.i_flags |= EXT2_INDEX_FL;
    }
    write_blocks(volume, number, runs, blocks.bytes);
    volume.write_inode(number, inode);
}

}  // namespace kiln::disk
