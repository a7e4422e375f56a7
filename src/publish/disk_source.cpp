#include "publish/disk_source.hpp"

#include "base/error.hpp"
#include "base/units.hpp"
#include "disk/disk_format.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace kiln::publish {

namespace {

std::string identity_of(const std::filesystem::path& image) {
    struct stat status {};
    if (::stat(image.c_str(), &status) != 0) {
        throw system_error("opening " + image.string(), errno);
    }
    if (S_ISDIR(status.st_mode)) {
        throw Error(ErrorKind::input, image.string() + " is a folder, and no disk image");
    }
    const auto time = [](const timespec& at) {
        return std::to_string(at.tv_sec) + "." + std::to_string(at.tv_nsec);
    };
    return std::to_string(status.st_dev) + " " + std::to_string(status.st_ino) + " " +
           std::to_string(status.st_size) + " " + time(status.st_mtim) + " " + time(status.st_ctim);
}

sys::UniqueFd open_to_read(const std::filesystem::path& path) {
    sys::UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd) {
        throw system_error("opening " + path.string(), errno);
    }
    return fd;
}

/// The end of a block device is found by seeking only.
std::int64_t size_of(int fd, const std::filesystem::path& path) {
    const off_t size = ::lseek(fd, 0, SEEK_END);
    if (size < 0) {
        throw system_error("measuring " + path.string(), errno);
    }
    return size;
}

std::string format_of_image(int fd, std::int64_t size) {
    constexpr std::int64_t kSector = 512;
    const auto sector_at = [fd](std::int64_t at) {
        std::string bytes(kSector, '\0');
        const ssize_t got = ::pread(fd, bytes.data(), bytes.size(), at);
        bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
        return bytes;
    };
    return disk::qemu_format_of(sector_at(0), sector_at(std::max<std::int64_t>(0, size - kSector)));
}

}  // namespace

DiskSource::DiskSource(
    const std::filesystem::path& image,
    sys::FileSystem& files,
    const std::filesystem::path& temp_parent,
    sys::ProcessRunner& processes,
    const std::stop_token& stop
)
    : image_(image), raw_(image), identity_(identity_of(image)), fd_(open_to_read(image)) {
    size_bytes_ = size_of(fd_.get(), image_);
    const std::string format = format_of_image(fd_.get(), size_bytes_);
    if (!format.empty()) {
        copy_.emplace(files, temp_parent, "kiln-publish-");
        raw_ = copy_->path() / "raw";
        disk::convert_to_raw(image_, format, raw_, processes, stop);
        fd_ = open_to_read(raw_);
        size_bytes_ = size_of(fd_.get(), raw_);
    }
    if (size_bytes_ == 0) {
        throw Error(ErrorKind::input, image_.string() + " is empty")
            .set_hint("name a disk image: raw, qcow2, vmdk, vhd or vhdx");
    }
}

std::int64_t DiskSource::volume_gib() const {
    return round_up(size_bytes_, kGiB) / kGiB;
}

void DiskSource::throw_if_changed() const {
    if (identity_of(image_) != identity_ || size_of(fd_.get(), raw_) != size_bytes_) {
        throw Error(ErrorKind::input, image_.string() + " has changed while it was read")
            .set_hint("publish it again when nothing writes to it any more");
    }
}

sys::DataRange DiskSource::next_data(std::int64_t from) const {
    return sys::next_data(fd_.get(), from, size_bytes_);
}

void DiskSource::read(std::int64_t offset_bytes, std::span<char> buffer) const {
    while (!buffer.empty()) {
        const ssize_t got = ::pread(fd_.get(), buffer.data(), buffer.size(), offset_bytes);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            throw system_error("reading " + image_.string(), errno);
        }
        if (got == 0) {
            if (offset_bytes < size_bytes_) {
                throw_if_changed();
            }
            std::fill(buffer.begin(), buffer.end(), '\0');
            return;
        }
        offset_bytes += got;
        buffer = buffer.subspan(static_cast<std::size_t>(got));
    }
}

}  // namespace kiln::publish
