#pragma once

#include "disk/write_control.hpp"

#include <filesystem>

namespace kiln::disk {

/// Copies a file that has holes to a new file that has them too: shares the blocks where the file
/// system can (FICLONE), else copies the stretches of data within the kernel. `to` must not exist,
/// gets mode 0644 less the umask, and is removed again on failure. Throws kiln::Error.
void sparse_copy(
    const std::filesystem::path& from,
    const std::filesystem::path& to,
    const WriteControl& control = {}
);

}  // namespace kiln::disk
