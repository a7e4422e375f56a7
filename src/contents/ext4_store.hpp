#pragma once

#include "contents/file_store.hpp"
#include "disk/disk_file.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace kiln::contents {

/// The ext2, ext3 or ext4 file system at `offset_bytes` of a disk, read with libext2fs: no
/// mount, no root. `shown` is its name in messages.
std::unique_ptr<FileStore> make_ext4_store(
    std::shared_ptr<const disk::DiskFile> disk, std::int64_t offset_bytes, const std::string& shown
);

}  // namespace kiln::contents
