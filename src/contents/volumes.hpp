#pragma once

#include "disk/disk_file.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace kiln::contents {

/// A partition, or the whole disk where it has none.
struct Volume {
    int number = 0;  ///< as in /dev/sda3; 0 for the whole disk
    std::int64_t offset_bytes = 0;
    std::int64_t size_bytes = 0;
    std::string part_uuid;   ///< lower case, as in /dev/disk/by-partuuid
    std::string part_label;  ///< of a GPT
    std::string
        type;  ///< "ext4", "xfs", "btrfs", "vfat", "squashfs", "LVM", "LUKS", "swap"; "" unknown
    std::string uuid;  ///< of the file system, as fstab spells it
    std::string label;

    bool operator==(const Volume&) const = default;
};

/// What a disk holds, by its GPT (either copy of it), its MBR or, without a table, as a whole.
/// Throws Error{input} when the table or a file system says that the disk is longer than its file.
std::vector<Volume> find_volumes(const disk::DiskFile& disk);

}  // namespace kiln::contents
