#pragma once

#include "execute/build_inputs.hpp"
#include "execute/builder/rootfs/apt_sources.hpp"
#include "execute/builder/rootfs/layer_cache.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::exec::rootfs {

/// Where the packages of a tree came from.
struct PackageOrigin {
    std::string distribution;        ///< "debian"
    std::vector<AptSource> sources;  ///< of the bootstrap
    std::int64_t epoch = 0;  ///< of the image, in seconds: without another, its packages' lists'
};

/// Notes the repositories and every package that is installed in the tree, by its package URL.
void add_package_inputs(
    BuildInputs& inputs, const PackageOrigin& origin, const std::vector<HeldLayer>& chain
);

/// The installed packages of a dpkg status file as resources. Pure.
std::vector<Resource> installed_packages(
    const std::string& distribution, std::string_view dpkg_status
);

}  // namespace kiln::exec::rootfs
