#pragma once

#include "contents/file_store.hpp"
#include "contents/volumes.hpp"
#include "sys/process_runner.hpp"

#include <filesystem>
#include <memory>
#include <stop_token>

namespace kiln::contents {

/// The FAT file system in a volume, copied with mtools to a temporary folder in `temp_parent`,
/// which is gone with the store: no mount, no root. Files have the owner and the modes that a mount
/// gives them.
std::unique_ptr<FileStore> make_fat_store(
    const disk::DiskFile& disk,
    const Volume& volume,
    const std::filesystem::path& temp_parent,
    sys::ProcessRunner& processes,
    const std::stop_token& stop
);

}  // namespace kiln::contents
