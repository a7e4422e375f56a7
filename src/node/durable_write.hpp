#pragma once

#include "base/error.hpp"
#include "node/node_tree.hpp"

#include <optional>
#include <string>
#include <string_view>

// Writes that survive a power cut: a file is the old one or the new one, never a part.

namespace kiln::node {

struct FileOwner {
    unsigned mode = 0644;
    unsigned uid = 0;
    unsigned gid = 0;
};

/// "writing /etc/x: No space left on device", with what to do about it as the hint. The remedies
/// are for EROFS, ENOSPC, EDQUOT, EPERM, EACCES, EBUSY, EIO, ENODEV and ENOENT.
Error write_error(const std::string& attempted, const std::string& path, int error_number);

/// Makes the folder and its parents, each entry durable.
void make_folders(const NodeTree& tree, const std::string& path, unsigned mode = 0755);

/// Writes to a temporary file beside `path`, syncs it, renames it over `path`. A symlink is
/// written through. Owner and SELinux label of a file that is there are kept, and its mode too
/// unless `owner` is given. The folder must be there; it is not synced: see sync_folder.
void replace_file(
    const NodeTree& tree,
    const std::string& path,
    std::string_view content,
    std::optional<FileOwner> owner = std::nullopt
);
/// Nothing happens when there is no such file.
void remove_file(const NodeTree& tree, const std::string& path);
/// Makes renames and removals in the folder durable.
void sync_folder(const NodeTree& tree, const std::string& path);
/// Removes temporary files that a killed replace_file left in the folder.
void sweep_temporary_files(const NodeTree& tree, const std::string& folder);

/// All of `bytes`, with as many calls as that takes.
void write_whole(int fd, std::string_view bytes, const std::string& path);

/// Writes a kernel setting (/proc, /sys) in one call, as the kernel wants it. 0, or the errno that
/// the kernel answered with: each file has its own meanings for EINVAL, EIO, EBUSY and EPERM.
int write_kernel_file(const NodeTree& tree, const std::string& path, std::string_view value);

}  // namespace kiln::node
