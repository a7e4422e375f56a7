#include "disk/zero_runs.hpp"

#include "base/error.hpp"
#include "base/units.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <string_view>
#include <unistd.h>

namespace kiln::disk {
namespace {

// Bytes. A run counts in whole pieces: finer would make long maps for little.
constexpr std::int64_t kPieceOfRun = 64 * kKiB;

bool all_zeros(std::string_view bytes) {
    return bytes.find_first_not_of('\0') == std::string_view::npos;
}

std::size_t read_piece(
    int fd, char* into, std::size_t size, std::int64_t at, const std::string& shown
) {
    std::size_t done = 0;
    while (done < size) {
        const ssize_t got =
            ::pread(fd, into + done, size - done, at + static_cast<std::int64_t>(done));
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            throw system_error("reading " + shown, got < 0 ? errno : EIO);
        }
        done += static_cast<std::size_t>(got);
    }
    return done;
}

}  // namespace

std::vector<sys::DataRange> ranges_between_zeros(
    int fd, std::int64_t size, const std::string& shown
) {
    std::vector<sys::DataRange> ranges;
    const auto buffer = std::make_unique<std::array<char, kPieceOfRun>>();
    sys::DataRange on_host = sys::next_data(fd, 0, size);
    for (std::int64_t at = 0; at < size; at += kPieceOfRun) {
        const std::int64_t end = std::min(at + kPieceOfRun, size);
        if (on_host.end <= at) {
            on_host = sys::next_data(fd, at, size);
        }
        if (on_host.begin >= end) {
            continue;
        }
        const std::size_t count =
            read_piece(fd, buffer->data(), static_cast<std::size_t>(end - at), at, shown);
        if (all_zeros({buffer->data(), count})) {
            continue;
        }
        if (!ranges.empty() && ranges.back().end == at) {
            ranges.back().end = end;
        } else {
            ranges.push_back({at, end});
        }
    }
    return ranges;
}

}  // namespace kiln::disk
