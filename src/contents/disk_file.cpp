#include "contents/disk_file.hpp"

#include "base/error.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <unistd.h>
#include <utility>

namespace kiln::contents {

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
    const std::int64_t end = std::min(
        map_.size_bytes,
        offset_bytes + static_cast<std::int64_t>(std::min<std::size_t>(size, PTRDIFF_MAX / 2))
    );
    std::string bytes(static_cast<std::size_t>(end - offset_bytes), '\0');
    auto extent = std::upper_bound(
        map_.extents.begin(),
        map_.extents.end(),
        offset_bytes,
        [](std::int64_t at, const DiskExtent& one) { return at < one.start + one.size; }
    );
    for (; extent != map_.extents.end() && extent->start < end; ++extent) {
        const std::int64_t from = std::max(offset_bytes, extent->start);
        const std::int64_t to = std::min(end, extent->start + extent->size);
        read_file(
            extent->file_offset + (from - extent->start),
            bytes.data() + (from - offset_bytes),
            static_cast<std::size_t>(to - from)
        );
    }
    return bytes;
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

}  // namespace kiln::contents
