#pragma once

#include <filesystem>

namespace kiln::sys {

/// Throws Error{permission} unless this process is root.
void require_root();

/// Throws Error{unsupported} unless the kernel has overlayfs and the file system of `folder` (or of
/// its nearest parent that exists) can hold an upper directory. Changes nothing.
void require_overlayfs(const std::filesystem::path& folder);

}  // namespace kiln::sys
