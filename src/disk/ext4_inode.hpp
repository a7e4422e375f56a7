#pragma once

#include "disk/ext4_volume.hpp"

#include <cstdint>
#include <ctime>
#include <string_view>
#include <sys/stat.h>

namespace kiln::disk {

/// i_extra_isize: all fields of ext2_inode_large that the kernel uses, as mke2fs sets it.
constexpr std::uint16_t kExtraInodeBytes = 32;

/// Modification, change and access time become `modified`, birth time `born` (seconds).
void set_inode_times(InodeBytes& inode, timespec modified, std::int64_t born);

/// A fresh inode with type, permissions, owner and times of `status`. The modification time is at
/// most `latest` seconds. No size, no blocks, one link.
InodeBytes inode_from_status(const struct stat& status, std::int64_t latest);

/// Gives `to` the size, blocks, links and data of `from`.
void keep_data(const InodeBytes& from, InodeBytes& to);

/// For character and block devices.
void set_device_number(InodeBytes& inode, dev_t device);

/// Keeps a symlink's target within the inode when it is short enough (under 60 bytes).
bool set_short_target(InodeBytes& inode, std::string_view target);

/// EXT2_FT_* of a mode.
std::uint8_t directory_file_type(mode_t mode);

}  // namespace kiln::disk
