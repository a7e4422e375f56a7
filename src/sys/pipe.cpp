#include "sys/pipe.hpp"

#include "base/error.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace kiln::sys {

UniqueFd above_standard_streams(int fd) {
    if (fd < 0 || fd > 2) {
        return UniqueFd(fd);
    }
    const UniqueFd low(fd);
    return UniqueFd(::fcntl(fd, F_DUPFD_CLOEXEC, 3));
}

Pipe make_pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        throw system_error("making a pipe", errno);
    }
    return {above_standard_streams(ends[0]), above_standard_streams(ends[1])};
}

}  // namespace kiln::sys
