#include "disk/punch_hole.hpp"

#include "base/error.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace kiln::disk {

HolePuncher::HolePuncher(const std::filesystem::path& file)
    : path_(file), fd_(::open(file.c_str(), O_RDWR | O_CLOEXEC)) {
    if (fd_.get() < 0) {
        throw system_error("opening " + file.string(), errno);
    }
}

void HolePuncher::punch(std::int64_t offset_bytes, std::int64_t size_bytes) {
    constexpr int kMode = FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE;
    if (size_bytes <= 0 || ::fallocate(fd_.get(), kMode, offset_bytes, size_bytes) == 0) {
        return;
    }
    if (errno != EOPNOTSUPP && errno != ENOSYS) {
        throw system_error("making a hole in " + path_.string(), errno);
    }
    constexpr std::array<char, 65536> kZeros{};
    while (size_bytes > 0) {
        const auto piece = std::min<std::int64_t>(size_bytes, kZeros.size());
        const ssize_t written =
            ::pwrite(fd_.get(), kZeros.data(), static_cast<std::size_t>(piece), offset_bytes);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written < 0) {
            throw system_error("writing zeros to " + path_.string(), errno);
        }
        offset_bytes += written;
        size_bytes -= written;
    }
}

}  // namespace kiln::disk
