#pragma once

#include "sys/data_ranges.hpp"
#include "sys/unique_fd.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace kiln::disk {

/// A part of a disk that lies in one piece of its image file.
struct DiskExtent {
    std::int64_t start = 0;  ///< bytes, on the disk
    std::int64_t size = 0;
    std::int64_t file_offset = 0;

    bool operator==(const DiskExtent&) const = default;
};

/// Where the bytes of a disk lie in an image that is not raw. What is in no extent is zeros.
struct DiskMap {
    std::int64_t size_bytes = 0;      ///< of the disk
    std::vector<DiskExtent> extents;  ///< ascending

    bool operator==(const DiskMap&) const = default;
};

/// The disk in an image, opened for reading. Threads may share an object.
class DiskFile {
public:
    /// A raw image, or a block device. `shown` is its name in messages.
    DiskFile(const std::string& path, std::string shown);
    /// An image of another format.
    DiskFile(const std::string& path, std::string shown, DiskMap map);

    /// Whether the file is the disk, byte by byte.
    bool is_raw() const { return is_raw_; }
    const std::string& path() const { return path_; }
    const std::string& shown() const { return shown_; }
    std::int64_t size_bytes() const { return map_.size_bytes; }
    /// Fills `buffer` from `offset_bytes` on, with zeros where the disk has ended. Throws Error.
    void read(std::int64_t offset_bytes, std::span<char> buffer) const;
    /// What there is of `size` bytes at `offset_bytes`: fewer where the disk ends. Throws Error.
    std::string read(std::int64_t offset_bytes, std::size_t size) const;
    /// As sys::next_data, of the disk. One thread at a time.
    sys::DataRange next_data(std::int64_t from) const;

private:
    /// The first extent with bytes at or behind `offset_bytes`.
    std::vector<DiskExtent>::const_iterator extent_at(std::int64_t offset_bytes) const;
    void read_file(std::int64_t file_offset, char* bytes, std::size_t size) const;

    std::string path_;
    std::string shown_;
    sys::UniqueFd fd_;
    bool is_raw_ = true;
    DiskMap map_;
};

}  // namespace kiln::disk
