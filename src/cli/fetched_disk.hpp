#pragma once

#include "cli/command_line.hpp"
#include "cli/session.hpp"
#include "plan/options/aws_access.hpp"
#include "publish/download.hpp"
#include "sys/temp_directory.hpp"

#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>

namespace kiln::cli {

/// Where an AMI or a snapshot of a command line is looked for.
struct FetchAccess {
    std::string region;
    std::string profile;

    void declare(CommandLine& line);
};

/// Which disk, and how much of it.
struct FetchWish {
    std::string what;              ///< the id of an AMI or a snapshot
    std::string device_name = {};  ///< of an AMI's disk; "" for the root
    bool whole_volume = false;     ///< though the disk that was published was smaller
    bool is_quiet = false;         ///< nothing is said on the way
};

struct FetchedDisk {
    std::string snapshot_id;
    publish::DownloadResult got;
    bool is_verified = false;  ///< as a whole, by its map's digest, which kiln sets when publishing
};

/// Whether it looks like the id of an AMI or a snapshot.
bool is_image_id(const std::string& text);

/// Writes that disk to `output`, which must not exist, with holes for its zeros. Throws Error,
/// among others for what is not the disk that was published; nothing is left then.
FetchedDisk fetch_disk(
    Session& session,
    const FetchAccess& access,
    const FetchWish& wish,
    const std::filesystem::path& output,
    const std::stop_token& stop
);

/// An image that a command reads: a path, or an AMI or a snapshot, whose disk is then fetched to
/// $TMPDIR and gone with the object. A file of that name goes before an id.
class ReadableImage {
public:
    ReadableImage(
        Session& session,
        const FetchAccess& access,
        const std::string& named,
        const std::stop_token& stop
    );

    const std::filesystem::path& path() const { return path_; }

private:
    std::optional<sys::TempDirectory> folder_;
    std::filesystem::path path_;
};

}  // namespace kiln::cli
