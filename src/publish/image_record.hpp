#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace kiln::sys {
class FileSystem;
}

namespace kiln::publish {

/// A disk of a published image.
struct PublishedDisk {
    std::string file;         ///< as it was named
    std::string device_name;  ///< "/dev/xvda"
    std::string snapshot_id;
    std::string parent_snapshot_id;  ///< "": sent whole
    std::int64_t size_bytes = 0;     ///< of the disk image
    std::int64_t volume_gib = 0;
    std::int64_t data_blocks = 0;     ///< of 512 KiB, that are not all zeros
    std::int64_t changed_blocks = 0;  ///< that were put
    std::string map_sha256;           ///< SnapshotMap::digest()

    bool operator==(const PublishedDisk&) const = default;
};

/// What this machine remembers of an image that it has published: one JSON document an image,
/// <folder>/<region>/<AMI id>.json. docs/publish.md tells its form; the snapshots' tags tell the
/// same to every other machine.
struct ImageRecord {
    std::string name;
    std::string published;  ///< RFC 3339
    std::string account;
    std::string run;  ///< value of the tag kiln:run
    std::string architecture;
    std::string lineage;
    std::string region;                         ///< that it was published in
    std::map<std::string, std::string> images;  ///< region -> AMI
    std::vector<PublishedDisk> disks;           ///< the root first

    bool operator==(const ImageRecord&) const = default;
};

std::string to_json(const ImageRecord& record);
/// Nothing for a text that is none, or of a later form.
std::optional<ImageRecord> parse_image_record(const std::string& text);

/// Keeps it under `folder`, for the region that it was published in (or, where the image was not
/// kept there, the first one). Returns the file.
std::filesystem::path keep_image_record(
    sys::FileSystem& files, const std::filesystem::path& folder, const ImageRecord& record
);

}  // namespace kiln::publish
