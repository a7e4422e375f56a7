#pragma once

#include "execute/builder/rootfs/unpack.hpp"

#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace kiln::exec::rootfs {

/// Writes /var/lib/dpkg below `root` as `dpkg --unpack` of all packages would have left it: each is
/// "install ok unpacked", so that `dpkg --configure -a` does the rest (dpkg(1), deb-triggers(5)).
void write_dpkg_database(
    const std::filesystem::path& root, const std::vector<UnpackedPackage>& packages
);

/// The stanza of one package in /var/lib/dpkg/status.
std::string status_stanza(const UnpackedPackage& package);

/// Content of /var/lib/apt/extended_states: packages that came as dependencies only are marked, so
/// that `apt autoremove` may find them.
std::string extended_states(
    const std::vector<UnpackedPackage>& packages, const std::set<std::string>& manual
);

}  // namespace kiln::exec::rootfs
