#pragma once

#include "disk/disk_file.hpp"
#include "sys/data_ranges.hpp"
#include "sys/temp_directory.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <stop_token>
#include <string>

namespace kiln::sys {
class ProcessRunner;
}

namespace kiln::publish {

/// A disk image that is read block by block, where it lies: raw (or a block device), qcow2, vmdk or
/// vhd. What is compressed or has a backing image, and vhdx, is read by way of a raw copy that is
/// gone with the object. Errors name the image.
class DiskSource {
public:
    /// The copy, where one is needed, is made in `temp_parent` by qemu-img. Error{input} for a
    /// folder, and for an image without a byte.
    DiskSource(
        const std::filesystem::path& image,
        sys::FileSystem& files,
        const std::filesystem::path& temp_parent,
        sys::ProcessRunner& processes,
        const std::stop_token& stop
    );

    /// As it was named.
    const std::filesystem::path& image() const { return image_; }
    /// The disk in it, or in the copy.
    const disk::DiskFile& file() const { return *file_; }
    std::int64_t size_bytes() const { return file_->size_bytes(); }
    /// Of the volume that holds it.
    std::int64_t volume_gib() const;

    /// Changes with the image: the file's device, inode, size and times.
    const std::string& identity() const { return identity_; }
    /// Error{input} when the image is another now than when it was opened.
    void throw_if_changed() const;

    /// As sys::next_data. One thread at a time.
    sys::DataRange next_data(std::int64_t from) const { return file_->next_data(from); }
    /// Fills `buffer` from `offset_bytes` on, with zeros behind the image's end.
    void read(std::int64_t offset_bytes, std::span<char> buffer) const;

private:
    std::filesystem::path image_;
    std::string identity_;
    std::optional<sys::TempDirectory> copy_;
    std::optional<disk::DiskFile> file_;
};

}  // namespace kiln::publish
