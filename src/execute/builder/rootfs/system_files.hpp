#pragma once

#include "disk/disk_plan.hpp"

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
    std::string needs = {};  ///< written only where this path is in the tree; "" everywhere
    bool operator==(const SystemFile&) const = default;
};

/// What makes a tree of packages the system which the options describe, apart from what programs
/// of the tree must do: host name, fstab, network, GRUB's settings, cloud-init's data sources, host
/// keys that are made at the first boot. Pure.
std::vector<SystemFile> system_files(
    const plan::RootfsOptions& options, const disk::DiskOptions& disks
);

/// The shell script that does the rest, after the files were written: users, services, time zone,
/// locale. Pure.
std::string system_script(const plan::RootfsOptions& options);

/// Everything of the kernel command line behind root= and ro: consoles, the NVMe time-out, then the
/// user's own, which replace those of the same name. Pure.
std::vector<std::string> kernel_arguments(const plan::RootfsOptions& options);

/// All packages to ask for: the user's, and those that the options need. Pure.
std::vector<std::string> wanted_packages(const plan::RootfsOptions& options);

/// The kernel's package; "" for an image without one. Pure.
std::string kernel_package(const plan::RootfsOptions& options);

}  // namespace kiln::exec::rootfs
