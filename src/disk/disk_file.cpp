#include "disk/disk_file.hpp"

#include "base/error.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <unistd.h>
#include <utility>

namespace kiln::disk {

DiskFile::DiskFile(const std::string& path, std::string shown, DiskMap map)
    : path_(path),
      shown_(std::move(shown)),
      fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)),
      is_raw_(false),
      map_(std::move(map)) {
    if (!fd_) {
        throw system_error("opening " + shown_, errno);
    }
}

DiskFile::DiskFile(const std::string& path, std::string shown)
    : DiskFile(path, std::move(shown), DiskMap{}) {
    is_raw_ = true;
    // The end of a block device is found by seeking only.
    map_.size_bytes = ::lseek(fd_.get(), 0, SEEK_END);
    if (map_.size_bytes < 0) {
        throw system_error("measuring " + shown_, errno);
    }
    map_.extents = {{0, map_.size_bytes, 0}};
}

std::string DiskFile::read(std::int64_t offset_bytes, std::size_t size) const {
    if (offset_bytes < 0 || offset_bytes >= map_.size_bytes) {
        return "";
    }
    const auto left = static_cast<std::size_t>(map_.size_bytes - offset_bytes);
    std::string bytes(std::min(size, left), '\0');
    read(offset_bytes, bytes);
    return bytes;
}

void DiskFile::read(std::int64_t offset_bytes, std::span<char> buffer) const {
    const std::int64_t end =
        std::min(map_.size_bytes, offset_bytes + static_cast<std::int64_t>(buffer.size()));
    std::int64_t at = offset_bytes;
    const auto fill_to = [&](std::int64_t next) {
        const auto from = static_cast<std::size_t>(at - offset_bytes);
        std::fill_n(buffer.begin() + static_cast<std::ptrdiff_t>(from), next - at, '\0');
        at = next;
    };
    for (auto extent = extent_at(at); at < end && extent != map_.extents.end(); ++extent) {
        const std::int64_t from = std::min(end, std::max(at, extent->start));
        const std::int64_t to = std::min(end, extent->start + extent->size);
        fill_to(from);
        if (from < to) {
            read_file(
                extent->file_offset + (from - extent->start),
                buffer.data() + (from - offset_bytes),
                static_cast<std::size_t>(to - from)
            );
            at = to;
        }
    }
    fill_to(offset_bytes + static_cast<std::int64_t>(buffer.size()));
}

sys::DataRange DiskFile::next_data(std::int64_t from) const {
    if (is_raw_) {
        return sys::next_data(fd_.get(), from, map_.size_bytes);
    }
    const auto extent = extent_at(from);
    if (extent == map_.extents.end()) {
        return {map_.size_bytes, map_.size_bytes};
    }
    return {std::max(from, extent->start), extent->start + extent->size};
}

std::vector<DiskExtent>::const_iterator DiskFile::extent_at(std::int64_t offset_bytes) const {
    return std::upper_bound(
        map_.extents.begin(),
        map_.extents.end(),
        offset_bytes,
        [](std::int64_t at, const DiskExtent& one) { return at < one.start + one.size; }
    );
}

void DiskFile::read_file(std::int64_t file_offset, char* bytes, std::size_t size) const {
    while (size > 0) {
        const ssize_t got = ::pread(fd_.get(), bytes, size, static_cast<off_t>(file_offset));
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            throw system_error("reading " + shown_, errno);
        }
        if (got == 0) {
            throw Error(ErrorKind::input, shown_ + " ends before the disk in it does")
                .set_hint("it is not whole: copy or download it again");
        }
        bytes += got;
        size -= static_cast<std::size_t>(got);
        file_offset += got;
    }
}

}  // namespace kiln::disk
