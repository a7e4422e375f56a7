#pragma once

#include "aws/ebs_direct.hpp"
#include "disk/block_map.hpp"
#include "sys/file_lock.hpp"
#include "sys/unique_fd.hpp"

#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace kiln::sys {
class FileSystem;
}

namespace kiln::publish {

/// What an upload was begun with.
struct BegunUpload {
    std::string disk_identity;    ///< DiskSource::identity()
    aws::ebs::NewSnapshot asked;  ///< as StartSnapshot was, its client token too
    std::string snapshot_id;      ///< "" until it has answered

    bool operator==(const BegunUpload&) const = default;
};

/// The memory of one upload, so that it can go on after whatever ended it: a file with a line of
/// JSON, then 40 bytes (index, digest) for each block that has arrived. Blocks are written down
/// when the service has said so; what a crash cuts off is put again, which does no harm. Held by
/// one process at a time.
class UploadLog {
public:
    /// <folder>/<key>.upload; reads what an earlier run has left there. Error{exists} when another
    /// kiln has it open.
    UploadLog(sys::FileSystem& files, const std::filesystem::path& folder, const std::string& key);

    const std::optional<BegunUpload>& begun() const { return begun_; }
    /// Blocks that have arrived.
    const std::map<std::int64_t, disk::BlockDigest>& arrived() const { return arrived_; }

    /// Forgets what was, and begins anew.
    void begin(const BegunUpload& upload);
    /// From several threads.
    void note(std::int64_t index, const disk::BlockDigest& digest);
    /// There is nothing to go on with.
    void remove();

private:
    void read();

    sys::FileSystem& files_;
    std::filesystem::path path_;
    sys::FileLock lock_;
    std::optional<BegunUpload> begun_;
    std::map<std::int64_t, disk::BlockDigest> arrived_;
    std::mutex mutex_;  ///< guards the file's end
    sys::UniqueFd end_;
};

}  // namespace kiln::publish
