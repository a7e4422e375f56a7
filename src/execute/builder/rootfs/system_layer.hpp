#pragma once

#include "execute/build_context.hpp"
#include "execute/builder/rootfs/boot_loader.hpp"
#include "execute/builder/rootfs/rootfs_machine.hpp"
#include "plan/options/rootfs.hpp"

#include <cstdint>

namespace kiln::exec::rootfs {

struct SystemRequest {
    const plan::RootfsOptions& options;
    const disk::DiskOptions& disks;
    BootTarget boot;
    std::int64_t epoch = 0;  ///< seconds since 1970
};

/// Puts the layer on the machine that makes a tree of packages the system which the options
/// describe: its files, users and services, GRUB and its menu.
void add_system_layer(RootfsMachine& machine, const SystemRequest& request, BuildContext& context);

}  // namespace kiln::exec::rootfs
