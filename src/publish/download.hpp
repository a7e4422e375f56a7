#pragma once

#include "aws/client.hpp"
#include "publish/snapshot_map.hpp"
#include "publish/upload.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>

namespace kiln::publish {

struct DownloadTask {
    std::string region;
    std::string snapshot_id;
    /// Where the volume is written, with holes for zeros; it must not exist. Without one the blocks
    /// are read for their digests alone.
    std::optional<std::filesystem::path> output = {};
    int most_in_flight = kMostInFlight;
};

struct DownloadResult {
    SnapshotMap map;
    std::int64_t volume_gib = 0;
    std::int64_t read_blocks = 0;
};

/// Reads all blocks of a completed snapshot; each has the digest that the service says it has. The
/// file has the volume's whole size. Throws Error; what was written stays, for the caller to
/// remove.
DownloadResult download_blocks(
    aws::Client& client,
    sys::Clock& clock,
    const DownloadTask& task,
    const BlockProgress& on_progress,
    const std::stop_token& stop
);

}  // namespace kiln::publish
