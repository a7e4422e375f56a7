#pragma once

#include "disk/assemble.hpp"
#include "disk/disk_plan.hpp"

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <vector>

namespace kiln::sys {
class ProcessRunner;
}  // namespace kiln::sys

namespace kiln::disk {

/// Makes a FAT32 with `files` in a partition of an image, whose bytes there must be zeros or holes.
/// Order, times and volume id are fixed: equal input gives equal bytes. Uses mkfs.fat and mtools.
void write_fat_image(
    const std::filesystem::path& image,
    const Partition& partition,
    std::int64_t source_date_epoch,
    const std::vector<EspFile>& files,
    sys::ProcessRunner& processes,
    std::stop_token stop
);

}  // namespace kiln::disk
