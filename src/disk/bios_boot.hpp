#pragma once

#include "disk/assemble.hpp"

#include <cstdint>
#include <string>

namespace kiln::disk {

/// GRUB's first two stages, ready for their places.
struct BiosBootSectors {
    std::string mbr_code;        ///< 440 bytes, for the start of the MBR
    std::string boot_partition;  ///< whole sectors, for the start of the BIOS boot partition

    bool operator==(const BiosBootSectors&) const = default;
};

/// Tells boot.img where core.img is, and core.img's first sector where its rest is, as
/// grub-bios-setup does for a BIOS boot partition. Pure. Throws kiln::Error (input) when a file is
/// not what it should be or core.img does not fit the partition.
BiosBootSectors prepare_bios_boot(
    const BiosBoot& boot, std::int64_t partition_offset_bytes, std::int64_t partition_size_bytes
);

}  // namespace kiln::disk
