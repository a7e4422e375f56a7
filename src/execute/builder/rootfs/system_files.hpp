#pragma once

#include "disk/disk_plan.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace kiln::plan {
struct RootfsOptions;
}

namespace kiln::exec::rootfs {

/// A file that kiln writes into the tree.
struct SystemFile {
    std::string path;  ///< absolute
    std::string content;
    unsigned mode = 0644;
    bool operator==(const SystemFile&) const = default;
};

/// Everything that makes a tree of packages the system which the options describe, apart from what
/// programs of the tree must do: hostname, fstab, network, serial console, GRUB's defaults,
/// cloud-init's datasources, first-boot host keys. Pure.
std::vector<SystemFile> system_files(
    const plan::RootfsOptions& options, const disk::DiskOptions& disks
);

/// The shell script that makes the users and sets what only programs of the tree can set. Pure.
std::string system_script(const plan::RootfsOptions& options);

/// All of the kernel command line behind root= and ro: consoles, driver settings, the user's own.
/// An argument of the user's replaces kiln's of the same name, except `console`, where the user's
/// are the only ones when there are any. Pure.
std::vector<std::string> kernel_arguments(const plan::RootfsOptions& options);

}  // namespace kiln::exec::rootfs
