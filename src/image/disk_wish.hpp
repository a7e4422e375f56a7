#pragma once

#include "image/volume_limits.hpp"

#include <string>

namespace kiln::image {

/// A disk that an AMI shall have besides its own.
struct DiskWish {
    std::string text;         ///< as it was written
    std::string device_name;  ///< "": the next that is free
    VolumeShape volume;       ///< size 0: as the snapshot
    std::string snapshot_id;  ///< "": an empty disk
    bool encrypted = false;   ///< an empty one; of a snapshot it is as the snapshot
    bool is_kept = false;     ///< when its instance is terminated

    bool operator==(const DiskWish&) const = default;
};

/// "size=100,type=gp3,iops=4000,device=/dev/sdf", "snapshot=snap-0123,keep", "100". Error{usage}
/// that names the text for what no disk could be; the size is judged when the snapshot is known.
DiskWish parse_disk(const std::string& text);

/// An Error{usage} about that disk.
[[noreturn]] void refuse_disk(
    const std::string& text, const std::string& mistake, const std::string& hint = ""
);

}  // namespace kiln::image
