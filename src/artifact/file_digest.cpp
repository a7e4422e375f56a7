#include "artifact/file_digest.hpp"

#include "base/error.hpp"
#include "sys/data_ranges.hpp"
#include "sys/unique_fd.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace kiln::artifact {
namespace {

constexpr std::int64_t kPiece = std::int64_t{256} << 10U;

void throw_if_stopped(const std::stop_token& stop) {
    if (stop.stop_requested()) {
        throw Error(ErrorKind::interrupted, "interrupted");
    }
}

}  // namespace

std::string file_digest(
    const std::filesystem::path& file, DigestAlgorithm algorithm, std::stop_token stop
) {
    const sys::UniqueFd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat status {};
    if (!fd || ::fstat(fd.get(), &status) != 0) {
        throw system_error("opening " + file.string(), errno);
    }
    Digest digest(algorithm);
    std::string buffer(static_cast<std::size_t>(kPiece), '\0');
    const std::string zeros(static_cast<std::size_t>(kPiece), '\0');
    std::int64_t at = 0;
    while (at < status.st_size) {
        const sys::DataRange data = sys::next_data(fd.get(), at, status.st_size);
        while (at < data.begin) {
            throw_if_stopped(stop);
            const std::int64_t piece = std::min(kPiece, data.begin - at);
            digest.update(zeros.data(), static_cast<std::size_t>(piece));
            at += piece;
        }
        while (at < data.end) {
            throw_if_stopped(stop);
            const auto wanted = static_cast<std::size_t>(std::min(kPiece, data.end - at));
            const ssize_t got = ::pread(fd.get(), buffer.data(), wanted, at);
            if (got < 0 && errno == EINTR) {
                continue;
            }
            if (got < 0) {
                throw system_error("reading " + file.string(), errno);
            }
            if (got == 0) {
                throw Error(ErrorKind::io, file.string() + " became shorter while it was read");
            }
            digest.update(buffer.data(), static_cast<std::size_t>(got));
            at += got;
        }
    }
    return digest.finish_hex();
}

}  // namespace kiln::artifact
