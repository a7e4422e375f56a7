#pragma once

#include "disk/layer_tree.hpp"
#include "disk/write_control.hpp"

#include <cstdint>
#include <filesystem>
#include <vector>

namespace kiln::disk {

/// Writes the tree that a chain of layers makes (the lowest first) as a tar archive: POSIX.1-2001
/// pax, every name under "./", parents before what they hold, in an order that follows from the
/// names. Owners are numbers; times are at most `latest_time` seconds; extended attributes are
/// SCHILY.xattr records and ACLs SCHILY.acl ones, as GNU tar, star and bsdtar read them; long runs
/// of zeros in large files are left out in GNU tar's sparse form 1.0. Hard links and devices are
/// kept, sockets left out. The bytes follow from the tree alone. Replaces `output` when it exists,
/// and leaves nothing of a failure. Throws kiln::Error; when the disk is full, kind no_space.
void write_tree_archive(
    const std::vector<LayerTree>& layers,
    const std::filesystem::path& output,
    std::int64_t latest_time,
    const WriteControl& control
);

}  // namespace kiln::disk
