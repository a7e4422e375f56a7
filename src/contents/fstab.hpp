#pragma once

#include "contents/volumes.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace kiln::contents {

struct FstabLine {
    std::string what;  ///< "UUID=...", "/dev/sda1"
    std::string at;    ///< from the root, without a slash in front: "boot/efi"; "" is the root

    bool operator==(const FstabLine&) const = default;
};

/// The file systems that an fstab mounts somewhere, those above others first.
std::vector<FstabLine> fstab_by_depth(std::string_view fstab);

/// Whether the first field of a line means that volume.
bool fstab_names(const std::string& what, const Volume& volume);

}  // namespace kiln::contents
