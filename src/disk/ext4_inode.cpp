#include "disk/ext4_inode.hpp"

#include <cstring>
#include <sys/sysmacros.h>

namespace kiln::disk {
namespace {

/// Nanoseconds, and the two bits that carry seconds past 2038: the low word is signed, they count
/// how often it wrapped. (Documentation/filesystems/ext4/inodes.rst, "Inode Timestamps")
std::uint32_t extra_time(std::int64_t seconds, std::int64_t nanoseconds) {
    const auto low = static_cast<std::int32_t>(seconds);
    const auto epoch = static_cast<std::uint32_t>((seconds - low) >> 32 & 3);
    return static_cast<std::uint32_t>(nanoseconds) << 2 | epoch;
}

}  // namespace

void set_inode_times(InodeBytes& bytes, timespec modified, std::int64_t born) {
    ext2_inode_large& inode = bytes.inode;
    inode.i_mtime = inode.i_ctime = inode.i_atime = static_cast<__u32>(modified.tv_sec);
    inode.i_mtime_extra = inode.i_ctime_extra = inode.i_atime_extra =
        extra_time(modified.tv_sec, modified.tv_nsec);
    inode.i_crtime = static_cast<__u32>(born);
    inode.i_crtime_extra = extra_time(born, 0);
}

InodeBytes inode_from_status(const struct stat& status, std::int64_t latest) {
    InodeBytes bytes;
    ext2_inode_large& inode = bytes.inode;
    inode.i_mode = static_cast<__u16>(status.st_mode);
    inode.i_uid = static_cast<__u16>(status.st_uid);
    inode.i_uid_high = static_cast<__u16>(status.st_uid >> 16);
    inode.i_gid = static_cast<__u16>(status.st_gid);
    inode.i_gid_high = static_cast<__u16>(status.st_gid >> 16);
    inode.i_links_count = 1;
    inode.i_extra_isize = kExtraInodeBytes;
    const bool too_new = status.st_mtim.tv_sec >= latest;
    set_inode_times(bytes, too_new ? timespec{latest, 0} : status.st_mtim, latest);
    return bytes;
}

void keep_data(const InodeBytes& from, InodeBytes& to) {
    to.inode.i_size = from.inode.i_size;
    to.inode.i_size_high = from.inode.i_size_high;
    to.inode.i_blocks = from.inode.i_blocks;
    to.inode.osd2.linux2.l_i_blocks_hi = from.inode.osd2.linux2.l_i_blocks_hi;
    to.inode.i_links_count = from.inode.i_links_count;
    to.inode.i_flags = from.inode.i_flags;
    std::memcpy(to.inode.i_block, from.inode.i_block, sizeof to.inode.i_block);
}

void set_device_number(InodeBytes& bytes, dev_t device) {
    const unsigned major_number = major(device);
    const unsigned minor_number = minor(device);
    if (major_number < 256 && minor_number < 256) {
        bytes.inode.i_block[0] = major_number << 8 | minor_number;
    } else {
        bytes.inode.i_block[1] =
            (minor_number & 0xff) | major_number << 8 | (minor_number & ~0xffU) << 12;
    }
}

bool set_short_target(InodeBytes& bytes, std::string_view target) {
    if (target.size() >= sizeof bytes.inode.i_block) {
        return false;
    }
    std::memcpy(bytes.inode.i_block, target.data(), target.size());
    bytes.inode.i_size = static_cast<__u32>(target.size());
    return true;
}

std::uint8_t directory_file_type(mode_t mode) {
    switch (mode & S_IFMT) {
        case S_IFREG:
            return EXT2_FT_REG_FILE;
        case S_IFDIR:
            return EXT2_FT_DIR;
        case S_IFCHR:
            return EXT2_FT_CHRDEV;
        case S_IFBLK:
            return EXT2_FT_BLKDEV;
        case S_IFIFO:
            return EXT2_FT_FIFO;
        case S_IFSOCK:
            return EXT2_FT_SOCK;
        case S_IFLNK:
            return EXT2_FT_SYMLINK;
        default:
            return EXT2_FT_UNKNOWN;
    }
}

}  // namespace kiln::disk
