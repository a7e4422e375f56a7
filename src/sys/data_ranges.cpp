#include "sys/data_ranges.hpp"

#include "base/error.hpp"

#include <algorithm>
#include <cerrno>
#include <unistd.h>

namespace kiln::sys {

DataRange next_data(int fd, std::int64_t from, std::int64_t size) {
    if (from >= size) {
        return {size, size};
    }
    const off_t begin = ::lseek(fd, from, SEEK_DATA);
    if (begin < 0 && errno == ENXIO) {
        return {size, size};
    }
    if (begin < 0 && errno == EINVAL) {
        return {from, size};
    }
    const off_t end = begin < 0 ? begin : ::lseek(fd, begin, SEEK_HOLE);
    if (end < 0) {
        throw system_error("looking for holes in a file", errno);
    }
    return {std::min<std::int64_t>(begin, size), std::min<std::int64_t>(end, size)};
}

}  // namespace kiln::sys
