#pragma once

#include "execute/builder.hpp"
#include "plan/options/rootfs.hpp"

#include <memory>

namespace kiln::exec {

/// Builder `rootfs`: packages to a tree, a tree to disk images.
std::unique_ptr<Builder> make_rootfs_builder(plan::RootfsOptions options);

}  // namespace kiln::exec
