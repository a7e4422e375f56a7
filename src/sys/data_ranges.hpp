#pragma once

#include <cstdint>

namespace kiln::sys {

/// Bytes [begin, end) of a file.
struct DataRange {
    std::int64_t begin = 0;
    std::int64_t end = 0;

    bool empty() const { return begin >= end; }
    bool operator==(const DataRange&) const = default;
};

/// The first stretch of data at or behind `from`, up to the next hole, in a file of `size` bytes;
/// [size, size) when only holes follow. Where the file system can not tell, all is data. Moves the
/// descriptor's position. Throws kiln::Error.
DataRange next_data(int fd, std::int64_t from, std::int64_t size);

}  // namespace kiln::sys
