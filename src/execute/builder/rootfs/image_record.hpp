#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace kiln::sys {
class FileSystem;
}

namespace kiln::exec::rootfs {

/// One image that kiln wrote, as it was when it was done.
struct RecordedImage {
    std::string name;  ///< in the output directory
    std::int64_t size_bytes = 0;
    std::int64_t modified_ns = 0;
    std::uint64_t inode = 0;

    bool operator==(const RecordedImage&) const = default;
};

/// What the last build of one main disk left in an output directory; kept there, in a hidden file
/// of the disk's name, so that several builds may share the directory.
struct ImageRecord {
    std::string key;  ///< digest of everything the images depend on
    std::vector<RecordedImage> images;
    /// What these replaced, in case the build was ended between writing this and renaming them.
    std::vector<RecordedImage> replaced;
    std::string sizes;  ///< contents/sizes.hpp; "" when they could not be told

    bool operator==(const ImageRecord&) const = default;
};

/// An empty record when there is none, or none that can be read.
ImageRecord read_image_record(
    sys::FileSystem& files,
    const std::filesystem::path& output_directory,
    const std::string& disk_name
);
void write_image_record(
    sys::FileSystem& files,
    const std::filesystem::path& output_directory,
    const std::string& disk_name,
    const ImageRecord& record
);

/// The image as it lies there now; size -1 when there is none.
RecordedImage image_now(sys::FileSystem& files, const std::filesystem::path& image);

/// Whether all images of the record lie there just as they were written, under these names.
bool is_complete(
    sys::FileSystem& files,
    const std::filesystem::path& output_directory,
    const ImageRecord& record,
    const std::vector<std::string>& names
);
/// Whether `name` is there and is not what a build of kiln's left under that name.
bool is_in_the_way(
    sys::FileSystem& files,
    const std::filesystem::path& output_directory,
    const ImageRecord& record,
    const std::string& name
);

}  // namespace kiln::exec::rootfs
