#pragma once

#include "execute/build_context.hpp"
#include "execute/builder/rootfs/layer_cache.hpp"

#include <string>
#include <vector>

namespace kiln::exec::rootfs {

/// What the files of a chain of layers take, by package and by folder (contents/sizes.hpp), for the
/// report's picture. Reads names and the package database alone. Throws Error.
std::string image_sizes(const std::vector<HeldLayer>& chain, const BuildContext& context);

}  // namespace kiln::exec::rootfs
