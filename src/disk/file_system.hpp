#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace kiln::disk {

enum class FileSystemType { none, ext4, xfs, fat32, swap };

/// "ext4", "xfs", "vfat", "swap", "": as fstab spells it.
std::string fstab_type(FileSystemType type);
std::size_t max_label_bytes(FileSystemType type);
/// The smallest the tools make.
std::int64_t minimum_bytes(FileSystemType type);

/// ext4's folder for what fsck finds. It is no part of anybody's tree.
inline constexpr std::string_view kLostAndFound = "lost+found";

/// One file system, decided but not yet made.
struct FileSystem {
    FileSystemType type = FileSystemType::none;
    std::string label;
    std::string uuid;              ///< as fstab and blkid write it; fat32: "ABCD-0123"
    std::string hash_seed;         ///< ext4: seed of directory hashes, in UUID form
    std::int64_t inode_count = 0;  ///< ext4; 0 leaves it to the usual ratio
    std::string mount_point;       ///< "/", "/var/lib/x", or "" when it is not mounted
    std::string mount_options;     ///< "" means "defaults"

    bool operator==(const FileSystem&) const = default;
};

}  // namespace kiln::disk
