#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>

namespace kiln::disk {

struct CopyControl {
    std::stop_token stop;
    std::function<void(std::int64_t bytes)> on_bytes;  ///< since the last call
};

/// Copies a file that has holes to a new file that has them too: shares the blocks where the file
/// system can (FICLONE), else copies the data ranges within the kernel. `to` must not exist and is
/// removed again on failure. Throws kiln::Error.
void sparse_copy(
    const std::filesystem::path& from,
    const std::filesystem::path& to,
    const CopyControl& control = {}
);

}  // namespace kiln::disk
