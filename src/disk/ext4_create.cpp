#include "base/units.hpp"
#include "disk/ext2_library.hpp"
#include "disk/ext4_directory_io.hpp"
#include "disk/ext4_image.hpp"
#include "disk/ext4_inode.hpp"
#include "disk/ext4_sizes.hpp"
#include "disk/ext4_volume.hpp"
#include "disk/uuid.hpp"

#include <algorithm>
#include <cstring>
#include <memory>

namespace kiln::disk {
namespace {

constexpr std::int64_t kMinimumBytes = 8 * kMiB;

struct FileSystemFree {
    void operator()(ext2_filsys fs) const { ext2fs_free(fs); }
};
using FileSystemHandle = std::unique_ptr<struct_ext2_filsys, FileSystemFree>;

ext2_super_block parameters(const Ext4Geometry& geometry) {
    ext2_super_block super{};
    const std::int64_t inodes =
        geometry.inode_count > 0 ? geometry.inode_count : geometry.size_bytes / kBytesPerInode;
    super.s_rev_level = EXT2_DYNAMIC_REV;
    super.s_log_block_size = 2;  // 4096 bytes
    super.s_log_cluster_size = 2;
    super.s_inode_size = sizeof(InodeBytes);
    super.s_inodes_count = static_cast<__u32>(std::max<std::int64_t>(inodes, 64));
    super.s_log_groups_per_flex = 4;  // tables of 16 groups lie together
    super.s_desc_size = EXT2_MIN_DESC_SIZE_64BIT;
    ext2fs_blocks_count_set(&super, static_cast<blk64_t>(geometry.size_bytes / kExt4BlockBytes));
    super.s_feature_compat = EXT2_FEATURE_COMPAT_DIR_INDEX | EXT2_FEATURE_COMPAT_EXT_ATTR |
                             EXT2_FEATURE_COMPAT_RESIZE_INODE;
    super.s_feature_incompat = EXT2_FEATURE_INCOMPAT_FILETYPE | EXT3_FEATURE_INCOMPAT_EXTENTS |
                               EXT4_FEATURE_INCOMPAT_64BIT | EXT4_FEATURE_INCOMPAT_FLEX_BG;
    super.s_feature_ro_compat =
        EXT2_FEATURE_RO_COMPAT_SPARSE_SUPER | EXT2_FEATURE_RO_COMPAT_LARGE_FILE |
        EXT4_FEATURE_RO_COMPAT_HUGE_FILE | EXT4_FEATURE_RO_COMPAT_DIR_NLINK |
        EXT4_FEATURE_RO_COMPAT_EXTRA_ISIZE | EXT4_FEATURE_RO_COMPAT_METADATA_CSUM;
    return super;
}

/// What mke2fs decides after the layout is known: identity, times, checks, mount options.
void set_identity(ext2_filsys fs, const Ext4Geometry& geometry) {
    ext2_super_block& super = *fs->super;
    const auto now = static_cast<__u32>(fs->now);
    super.s_mkfs_time = super.s_lastcheck = super.s_wtime = now;
    super.s_mkfs_time_hi = super.s_lastcheck_hi = super.s_wtime_hi = 0;
    super.s_max_mnt_count = -1;
    super.s_checkinterval = 0;
    super.s_creator_os = EXT2_OS_LINUX;
    super.s_checksum_type = EXT2_CRC32C_CHKSUM;
    super.s_errors = EXT2_ERRORS_CONTINUE;
    super.s_default_mount_opts = EXT2_DEFM_XATTR_USER | EXT2_DEFM_ACL;
    super.s_def_hash_version = EXT2_HASH_HALF_MD4;
    super.s_flags = EXT2_FLAGS_SIGNED_HASH;  // on every host, whatever its char is

    const UuidBytes uuid = parse_uuid(geometry.uuid);
    std::memcpy(super.s_uuid, uuid.data(), uuid.size());
    const UuidBytes seed = parse_uuid(geometry.hash_seed);
    std::memcpy(super.s_hash_seed, seed.data(), seed.size());
    const std::size_t label_bytes = std::min(geometry.label.size(), sizeof super.s_volume_name);
    std::memcpy(super.s_volume_name, geometry.label.data(), label_bytes);
    ext2fs_init_csum_seed(fs);
}

FileSystemHandle initialize(const std::filesystem::path& image, const Ext4Geometry& geometry) {
    ext2_super_block super = parameters(geometry);
    ext2_filsys raw = nullptr;
    check_ext2(
        ext2fs_initialize(image.c_str(), EXT2_FLAG_64BITS, &super, unix_io_manager, &raw),
        "laying out an ext4 in " + image.string()
    );
    FileSystemHandle fs(raw);
    const std::string options = "offset=" + std::to_string(geometry.offset_bytes) + "&cache=off";
    check_ext2(io_channel_set_options(fs->io, options.c_str()), "placing an ext4");
    fs->now = std::max<time_t>(geometry.fixed_time, 1);
    set_identity(fs.get(), geometry);
    check_ext2(ext2fs_allocate_tables(fs.get()), "placing the tables of an ext4");
    for (dgrp_t group = 0; group < fs->group_desc_count; ++group) {
        // They are zeros in a fresh image: the kernel need not zero them again at first boot.
        ext2fs_bg_flags_set(fs.get(), group, EXT2_BG_INODE_ZEROED);
    }
    return fs;
}

/// The block behind all that has been allocated at the front.
blk64_t first_free_block(ext2_filsys fs) {
    blk64_t block = 0;
    check_ext2(
        ext2fs_find_first_zero_block_bitmap2(
            fs->block_map, fs->super->s_first_data_block, ext2fs_blocks_count(fs->super) - 1, &block
        ),
        "placing the journal of an ext4"
    );
    return block;
}

void reserve_inodes(ext2_filsys fs) {
    for (ext2_ino_t number = 1; number < EXT2_FIRST_INODE(fs->super); ++number) {
        ext2fs_inode_alloc_stats2(fs, number, +1, number == EXT2_ROOT_INO ? 1 : 0);
    }
    check_ext2(ext2fs_update_bb_inode(fs, nullptr), "making the bad blocks inode of an ext4");
}

void add_journal(ext2_filsys fs, std::int64_t size_bytes) {
    ext2fs_journal_params size{};
    size.num_journal_blocks = static_cast<blk_t>(ext4_journal_blocks(size_bytes));
    // Its blocks are zeros already, and it lies in front of the files, where it never moves.
    const int flags = EXT2_MKJOURNAL_LAZYINIT | EXT2_MKJOURNAL_NO_MNT_CHECK;
    check_ext2(
        ext2fs_add_journal_inode3(fs, &size, first_free_block(fs), flags),
        "making the journal of an ext4"
    );
}

InodeBytes new_directory(std::uint16_t permissions, std::int64_t time) {
    InodeBytes bytes;
    bytes.inode.i_mode = static_cast<__u16>(LINUX_S_IFDIR | permissions);
    bytes.inode.i_extra_isize = kExtraInodeBytes;
    set_inode_times(bytes, {time, 0}, time);
    return bytes;
}

void add_first_directories(Ext4Volume& volume, std::int64_t time) {
    InodeBytes root = new_directory(0755, time);
    InodeBytes lost_and_found = new_directory(0700, time);
    const ext2_ino_t number = volume.allocate_inode(true);
    const DirectoryEntries in_root{
        {"lost+found", {"lost+found", number, EXT2_FT_DIR}},
    };
    write_directory(volume, EXT2_ROOT_INO, EXT2_ROOT_INO, in_root, root);
    write_directory(volume, number, EXT2_ROOT_INO, {}, lost_and_found);
}

}  // namespace

void create_ext4(const std::filesystem::path& image, const Ext4Geometry& geometry) {
    if (geometry.size_bytes < kMinimumBytes) {
        throw Error(
            ErrorKind::input,
            "an ext4 file system of " + format_bytes(geometry.size_bytes) + " is too small"
        );
    }
    {
        const FileSystemHandle fs = initialize(image, geometry);
        reserve_inodes(fs.get());
        check_ext2(ext2fs_create_resize_inode(fs.get()), "making the resize inode of an ext4");
        add_journal(fs.get(), geometry.size_bytes);
        check_ext2(ext2fs_set_gdt_csum(fs.get()), "summing the groups of an ext4");
        check_ext2(ext2fs_flush2(fs.get(), EXT2_FLAG_FLUSH_NO_SYNC), "writing " + image.string());
    }
    Ext4Volume volume(image, geometry);
    add_first_directories(volume, geometry.fixed_time);
    volume.close();
}

}  // namespace kiln::disk
