#pragma once

#include "disk/disk_plan.hpp"

#include <string>

namespace kiln::disk {

constexpr std::int64_t kSectorBytes = 512;

/// A GUID partition table as it lies on the disk.
struct GptTables {
    std::string primary;  ///< for offset 0: protective MBR (boot code zero), header, entries
    std::string backup;   ///< for the end of the disk: entries, header

    bool operator==(const GptTables&) const = default;
};

/// Pure. The layout's sizes are multiples of a sector and its partitions do not overlap.
GptTables encode_gpt(const DiskLayout& layout);

}  // namespace kiln::disk
