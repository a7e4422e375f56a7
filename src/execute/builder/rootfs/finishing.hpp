#pragma once

#include "execute/build_context.hpp"
#include "execute/builder/rootfs/rootfs_machine.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace kiln::exec::rootfs {

/// The chain of every build begins with these two; the first holds an initramfs and the second a
/// grub.cfg that are right as long as no later layer touches what they are made from.
inline constexpr std::size_t kBootstrapLayer = 0;
inline constexpr std::size_t kSystemLayer = 1;

struct FinishRequest {
    bool has_initramfs = true;
    bool has_grub = true;
    std::map<std::string, std::string> grub_stand_ins;  ///< see RootfsMachine::Settings
    std::int64_t epoch = 0;                             ///< seconds since 1970
};

/// Brings the tree to what an image of it must be, in layers of their own on top of the steps: a
/// new initramfs when a step touched what it is made from, a new grub.cfg likewise, and away with
/// everything that belongs to the build and not to a node.
void finish_tree(RootfsMachine& machine, const FinishRequest& request, BuildContext& context);

/// Which of `paths` (relative) the layers from index `first` on bring or remove.
std::vector<std::string> touched_paths(
    const std::vector<HeldLayer>& chain, std::size_t first, const std::vector<std::string>& paths
);

/// A digest of everything that layers from `first` on have below `paths`: names, modes, contents.
std::string digest_of_paths(
    const std::vector<HeldLayer>& chain, std::size_t first, const std::vector<std::string>& paths
);

}  // namespace kiln::exec::rootfs
