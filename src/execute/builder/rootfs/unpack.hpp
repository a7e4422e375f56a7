#pragma once

#include "execute/builder/rootfs/control_stanza.hpp"
#include "execute/builder/rootfs/deb_archive.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <stop_token>
#include <string>
#include <vector>

namespace kiln::exec::rootfs {

/// What dpkg's database must say of a package whose files lie in the tree.
struct UnpackedPackage {
    ControlStanza stanza;
    ControlFiles control_files;
    std::vector<std::string> paths;  ///< of all its files, as the package names them, in its order
    std::map<std::string, std::string> conffile_md5;  ///< path to hex digest
    std::string md5sums;  ///< made here for a package that brings none, "" otherwise

    std::string name() const { return stanza.get("Package"); }
    /// The name of its files in /var/lib/dpkg/info: with the architecture when several may be
    /// installed side by side.
    std::string info_name() const;
};

struct UnpackProgress {
    std::int64_t packages_done = 0;
    std::int64_t packages_total = 0;
};

/// Unpacks the data of all packages below `root`, an empty folder, with several threads, and
/// returns them in the order given. The result depends on the packages and their order alone:
/// symlinks and the modes of folders are set at the end, in that order.
///
/// Throws Error{unsupported} when two packages bring the same file, which takes dpkg's own rules
/// (Replaces, diversions); `interrupted` on a stop; no_space when the disk is full.
std::vector<UnpackedPackage> unpack_packages(
    const std::vector<std::filesystem::path>& packages,
    const std::filesystem::path& root,
    unsigned threads,
    const std::function<void(const UnpackProgress&)>& on_progress,
    std::stop_token stop
);

}  // namespace kiln::exec::rootfs
