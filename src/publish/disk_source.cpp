#include "publish/disk_source.hpp"

#include "base/error.hpp"
#include "base/units.hpp"
#include "disk/disk_format.hpp"
#include "disk/disk_map.hpp"

#include <algorithm>
#include <cerrno>
#include <sys/stat.h>
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
           std::to_string(disk::DiskFile(image.string(), image.string()).size_bytes()) + " " +
           time(status.st_mtim) + " " + time(status.st_ctim);
}

std::string format_of_image(const disk::DiskFile& image) {
    constexpr int kSector = 512;
    const std::int64_t last = std::max<std::int64_t>(0, image.size_bytes() - kSector);
    return disk::qemu_format_of(image.read(0, kSector), image.read(last, kSector));
}

}  // namespace

DiskSource::DiskSource(
    const std::filesystem::path& image,
    sys::FileSystem& files,
    const std::filesystem::path& temp_parent,
    sys::ProcessRunner& processes,
    const std::stop_token& stop
)
    : image_(image), identity_(identity_of(image)) {
    const std::string shown = image.string();
    file_.emplace(shown, shown);
    if (const std::string format = format_of_image(*file_); !format.empty()) {
        if (auto map = disk::map_disk(image, format, processes, stop)) {
            file_.emplace(shown, shown, std::move(*map));
        } else {
            copy_.emplace(files, temp_parent, "kiln-publish-");
            const std::filesystem::path raw = copy_->path() / "raw";
            disk::convert_to_raw(image, format, raw, processes, stop);
            file_.emplace(raw.string(), shown);
        }
    }
    if (size_bytes() == 0) {
        throw Error(ErrorKind::input, shown + " is empty")
            .set_hint("name a disk image: raw, qcow2, vmdk, vhd or vhdx");
    }
}

std::int64_t DiskSource::volume_gib() const {
    return round_up(size_bytes(), kGiB) / kGiB;
}

void DiskSource::throw_if_changed() const {
    if (identity_of(image_) != identity_) {
        throw Error(ErrorKind::input, image_.string() + " has changed while it was read")
            .set_hint("publish it again when nothing writes to it any more");
    }
}

void DiskSource::read(std::int64_t offset_bytes, std::span<char> buffer) const {
    try {
        file_->read(offset_bytes, buffer);
    } catch (const Error&) {
        throw_if_changed();  // it may have become shorter
        throw;
    }
}

}  // namespace kiln::publish
