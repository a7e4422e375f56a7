#include "disk/file_system.hpp"

namespace kiln::disk {

std::string fstab_type(FileSystemType type) {
    switch (type) {
        case FileSystemType::none:
            return "";
        case FileSystemType::ext4:
            return "ext4";
        case FileSystemType::xfs:
            return "xfs";
        case FileSystemType::fat32:
            return "vfat";
        case FileSystemType::swap:
            return "swap";
    }
    return "";
}

std::size_t max_label_bytes(FileSystemType type) {
    switch (type) {
        case FileSystemType::none:
            return 0;
        case FileSystemType::ext4:
            return 16;  // s_volume_name
        case FileSystemType::xfs:
            return 12;  // mkfs.xfs(8), -L
        case FileSystemType::fat32:
            return 11;
        case FileSystemType::swap:
            return 15;  // mkswap(8) ends the 16 bytes with a zero
    }
    return 0;
}

std::int64_t minimum_bytes(FileSystemType type) {
    constexpr std::int64_t kMiB = std::int64_t{1} << 20U;
    switch (type) {
        case FileSystemType::none:
        case FileSystemType::swap:
            return kMiB;
        case FileSystemType::ext4:
            return 8 * kMiB;
        case FileSystemType::xfs:
            return 300 * kMiB;  // mkfs.xfs(8): "Filesystem must be larger than 300MB"
        case FileSystemType::fat32:
            return 34 * kMiB;  // 65525 clusters of one sector make it FAT32
    }
    return kMiB;
}

}  // namespace kiln::disk
