#pragma once

#include "contents/image_tree.hpp"

#include <map>
#include <string>

namespace kiln::contents {

struct Sysctl {
    std::string value;
    std::string file;  ///< which had the last word: "/etc/sysctl.d/99-x.conf"

    bool operator==(const Sysctl&) const = default;
};

/// Kernel parameters that systemd-sysctl sets at boot, by name ("net.ipv4.ip_forward"), in the
/// order of sysctl.d(5): files by name over all folders, of equal names the first folder's, the
/// last assignment wins.
std::map<std::string, Sysctl> read_sysctls(ImageTree& tree);

}  // namespace kiln::contents
