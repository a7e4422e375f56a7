#pragma once

#include "aws/client.hpp"
#include "publish/disk_source.hpp"
#include "publish/snapshot_map.hpp"
#include "publish/upload_log.hpp"

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>

namespace kiln::publish {

/// Requests of one snapshot in flight, at most: at a tenth of a second each enough for the thousand
/// a second that a snapshot takes. (Amazon EBS User Guide, "Quotas for EBS direct APIs".)
constexpr int kMostInFlight = 128;

struct UploadTask {
    const DiskSource& disk;
    std::string region;
    std::string snapshot_id;              ///< pending; "": nothing is put, only counted
    const SnapshotMap* parent = nullptr;  ///< of the snapshot that it began as; null: of nothing
    UploadLog* log = nullptr;             ///< null: of an upload that can not go on
    int most_in_flight = kMostInFlight;
};

struct UploadResult {
    SnapshotMap map;                  ///< of the disk
    std::int64_t changed_blocks = 0;  ///< that differ from the parent's: put now, or earlier
    std::int64_t put_blocks = 0;      ///< now
    std::string linear_sha256;        ///< of those changed, as CompleteSnapshot wants it (raw)
};

/// Bytes that have been looked at, and of how many. From any thread, one at a time.
using BlockProgress = std::function<void(std::int64_t done_bytes, std::int64_t total_bytes)>;

/// Puts every block that the snapshot does not have yet: those in which the disk differs from the
/// parent, of which those that became zeros are put as zeros. Holes are not read, blocks of zeros
/// not put. Memory is that of the connections, and 40 bytes for each block with data. Does not
/// complete the snapshot; the disk has not changed meanwhile when this returns.
UploadResult upload_blocks(
    aws::Client& client,
    sys::Clock& clock,
    const UploadTask& task,
    const BlockProgress& on_progress,
    const std::stop_token& stop
);

}  // namespace kiln::publish
