#include "disk/image_file.hpp"

#include "base/error.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace kiln::disk {

ImageFile::ImageFile(const std::filesystem::path& path)
    : ImageFile(path, sys::UniqueFd(::open(path.c_str(), O_RDWR | O_CLOEXEC))) {}

ImageFile::ImageFile(const std::filesystem::path& path, sys::UniqueFd fd)
    : path_(path), fd_(std::move(fd)) {
    if (!fd_) {
        throw system_error("opening " + path.string(), errno);
    }
}

ImageFile ImageFile::create(const std::filesystem::path& path, std::int64_t size_bytes) {
    constexpr int kFlags = O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC;
    ImageFile file(path, sys::UniqueFd(::open(path.c_str(), kFlags, 0644)));
    if (::ftruncate(file.fd(), size_bytes) != 0) {
        const int error_number = errno;
        ::unlink(path.c_str());
        throw system_error("sizing " + path.string(), error_number);
    }
    return file;
}

std::int64_t ImageFile::size_bytes() const {
    struct stat status {};
    if (::fstat(fd(), &status) != 0) {
        throw system_error("reading " + path_.string(), errno);
    }
    return status.st_size;
}

std::string ImageFile::read(std::int64_t offset_bytes, std::size_t size_bytes) const {
    std::string bytes(size_bytes, '\0');
    std::size_t filled = 0;
    while (filled < size_bytes) {
        const ssize_t got = ::pread(
            fd(),
            bytes.data() + filled,
            size_bytes - filled,
            offset_bytes + static_cast<std::int64_t>(filled)
        );
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            throw system_error("reading " + path_.string(), errno);
        }
        if (got == 0) {
            throw Error(ErrorKind::io, path_.string() + " is shorter than it should be");
        }
        filled += static_cast<std::size_t>(got);
    }
    return bytes;
}

void ImageFile::write(std::int64_t offset_bytes, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t put = ::pwrite(fd(), bytes.data(), bytes.size(), offset_bytes);
        if (put < 0 && errno == EINTR) {
            continue;
        }
        if (put < 0) {
            throw system_error("writing " + path_.string(), errno);
        }
        offset_bytes += put;
        bytes.remove_prefix(static_cast<std::size_t>(put));
    }
}

void ImageFile::punch(std::int64_t offset_bytes, std::int64_t size_bytes) {
    constexpr int kMode = FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE;
    if (size_bytes <= 0 || ::fallocate(fd(), kMode, offset_bytes, size_bytes) == 0) {
        return;
    }
    if (errno != EOPNOTSUPP && errno != ENOSYS) {
        throw system_error("making a hole in " + path_.string(), errno);
    }
    constexpr std::array<char, 65536> kZeros{};
    while (size_bytes > 0) {
        const auto piece = std::min<std::int64_t>(size_bytes, std::ssize(kZeros));
        write(offset_bytes, {kZeros.data(), static_cast<std::size_t>(piece)});
        offset_bytes += piece;
        size_bytes -= piece;
    }
}

}  // namespace kiln::disk
