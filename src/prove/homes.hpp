#pragma once

#include "contents/image_tree.hpp"

#include <string>
#include <vector>

namespace kiln::prove {

/// A folder that an account calls its home, or that one may have left.
struct Home {
    std::string folder;  ///< from the root, symlinks followed, without a slash in front
    /// Somebody's own, as /root and /home/NAME are, and not a folder of the system.
    bool is_personal = false;

    /// "root/.ssh/config" for ".ssh/config".
    std::string path(const std::string& below) const {
        return folder.empty() ? below : folder + "/" + below;
    }
};

/// Those of /etc/passwd, /root and all that stand in /home, each folder once, sorted; only what is
/// there.
std::vector<Home> read_homes(contents::ImageTree& tree);

}  // namespace kiln::prove
