#pragma once

#include "execute/build_context.hpp"
#include "execute/builder/rootfs/apt_packages.hpp"

#include <cstdint>
#include <filesystem>
#include <string>

namespace kiln::exec::rootfs {

/// How packages become a tree: kiln unpacks and dpkg configures, or mmdebstrap and dpkg do it all.
enum class BootstrapMethod { unpack, mmdebstrap };

/// Counts up when bootstrap() makes another tree of the same request, so that no cached one is
/// taken.
constexpr int kBootstrapRevision = 3;

struct BootstrapRequest {
    PackageRequest packages;
    BootstrapMethod method = BootstrapMethod::unpack;
    std::string hostname = "localhost";
};

/// Where it may work; all on one file system.
struct BootstrapPlaces {
    std::filesystem::path tree;          ///< empty; becomes the root file system
    std::filesystem::path scratch;       ///< empty; may be left dirty
    std::filesystem::path apt_folder;    ///< lists, kept from run to run
    std::filesystem::path apt_archives;  ///< packages, kept from run to run
};

struct BootstrapResult {
    std::int64_t epoch = 0;  ///< seconds: no time in the tree should be later (SOURCE_DATE_EPOCH)
    std::int64_t package_count = 0;
    std::string kernel_version;  ///< "6.1.0-40-cloud-amd64"; "" when there is no kernel
};

/// Makes a configured tree of packages, its initramfs made once and nothing in it that differs
/// between two runs with the same packages: no host keys, no logs, no caches.
///
/// Throws Error: input (no such package or suite), network (unreadable mirror), command (a
/// package's script failed; the last lines of output are in the message), interrupted, no_space.
BootstrapResult bootstrap(
    const BootstrapRequest& request, const BootstrapPlaces& places, BuildContext& context
);

}  // namespace kiln::exec::rootfs
