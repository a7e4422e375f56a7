#pragma once

#include "disk/disk_file.hpp"

#include <cstdint>
#include <ext2fs/ext2fs.h>
#include <memory>

namespace kiln::contents {

/// Opens the file system at `offset_bytes` of a disk with libext2fs, to be read only: as
/// ext2fs_open2, with the same codes. It keeps the disk until ext2fs_free.
errcode_t open_ext4(
    std::shared_ptr<const disk::DiskFile> disk, std::int64_t offset_bytes, ext2_filsys* file_system
);

}  // namespace kiln::contents
