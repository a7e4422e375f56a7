#include "contents/open_image.hpp"

#include "base/error.hpp"
#include "base/strings.hpp"
#include "contents/archive_reader.hpp"
#include "contents/ext4_store.hpp"
#include "contents/fat_store.hpp"
#include "contents/folder_store.hpp"
#include "contents/fstab.hpp"
#include "contents/mounted_store.hpp"
#include "contents/tar_store.hpp"
#include "contents/volumes.hpp"
#include "disk/disk_format.hpp"
#include "disk/disk_map.hpp"
#include "sys/process_runner.hpp"
#include "sys/temp_directory.hpp"
#include "sys/unique_fd.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <optional>
#include <sys/stat.h>
#include <unistd.h>

namespace kiln::contents {
namespace {

bool has_system(const ImageTree& tree) {
    return tree.follow("etc/os-release") != nullptr || tree.follow("usr/lib/os-release") != nullptr;
}

bool is_packed(const disk::DiskFile& disk) {
    const std::string start = disk.read(0, 512);
    // tar (POSIX and GNU), gzip, zstd, xz, bzip2, lz4.
    return (start.size() >= 263 && start.compare(257, 5, "ustar") == 0) ||
           start.starts_with("\x1f\x8b") || start.starts_with("\x28\xb5\x2f\xfd") ||
           start.starts_with(std::string("\xfd") + "7zXZ") || start.starts_with("BZh") ||
           start.starts_with("\x04\x22\x4d\x18");
}

sys::RealFileSystem& real_files() {
    static sys::RealFileSystem files;  // has no state; TempDirectory keeps a pointer to it
    return files;
}

/// Writes the one file that a compressed disk image holds, with holes for its zeros.
void unpack_raw(
    const std::filesystem::path& image, const std::string& output, const ReadDoors& doors
) {
    const ArchiveReader reader = open_archive(image, ArchiveFormat::raw);
    archive_entry* only = nullptr;
    if (archive_read_next_header(reader.get(), &only) < ARCHIVE_WARN) {
        throw_archive_failure(reader.get(), "reading " + image.string());
    }
    constexpr std::size_t kBlock = std::size_t{64} << 10;
    const sys::UniqueFd file(::open(output.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    if (!file) {
        throw system_error("making " + output, errno);
    }
    std::string block(kBlock, '\0');
    std::int64_t at = 0;
    for (;;) {
        if (doors.stop.stop_requested()) {
            throw Error(ErrorKind::interrupted, "reading " + image.string() + " was stopped");
        }
        const la_ssize_t got = archive_read_data(reader.get(), block.data(), block.size());
        if (got < 0) {
            throw_archive_failure(reader.get(), "reading " + image.string());
        }
        if (got == 0) {
            break;
        }
        std::string_view data(block.data(), static_cast<std::size_t>(got));
        if (data.find_first_not_of('\0') == std::string_view::npos) {
            data = {};
        }
        for (std::int64_t to = at; !data.empty();) {
            const ssize_t wrote =
                ::pwrite(file.get(), data.data(), data.size(), static_cast<off_t>(to));
            if (wrote < 0) {
                throw system_error("writing " + output, errno);
            }
            data.remove_prefix(static_cast<std::size_t>(wrote));
            to += wrote;
        }
        at += got;
    }
    if (::ftruncate(file.get(), static_cast<off_t>(at)) != 0) {
        throw system_error("writing " + output, errno);
    }
}

class DiskOpener {
public:
    DiskOpener(std::shared_ptr<const disk::DiskFile> disk, const ReadDoors& doors)
        : disk_(std::move(disk)), doors_(doors), volumes_(find_volumes(*disk_)) {}

    /// A loop device has to have the disk as it is.
    bool needs_raw() const {
        return !disk_->is_raw() &&
               std::any_of(volumes_.begin(), volumes_.end(), [](const Volume& volume) {
                   return volume.type == "xfs" || volume.type == "btrfs";
               });
    }

    void fill(ImageTree& tree) {
        const Volume& root = mount_root(tree);
        const std::string fstab = tree.read_file("etc/fstab").value_or("");
        for (const FstabLine& line : fstab_by_depth(fstab)) {
            const Volume* const volume = volume_of(line.what);
            if (volume == nullptr || volume->number == root.number || line.at.empty()) {
                continue;
            }
            const std::optional<std::string> at = tree.resolve(line.at);
            std::unique_ptr<FileStore> store = at ? open(*volume) : nullptr;
            if (store) {
                tree.mount(*at, std::move(store));
            }
        }
    }

private:
    std::unique_ptr<FileStore> open(const Volume& volume) {
        if (volume.type == "ext4") {
            const std::string where =
                volume.number == 0 ? "" : "partition " + std::to_string(volume.number) + " of ";
            return make_ext4_store(
                disk_, volume.offset_bytes, "the ext4 in " + where + disk_->shown()
            );
        }
        if (volume.type == "xfs" || volume.type == "btrfs") {
            return make_mounted_store(*disk_, volume);
        }
        if (volume.type == "vfat") {
            return make_fat_store(
                *disk_, volume, doors_.temp_directory, doors_.processes, doors_.stop
            );
        }
        return nullptr;
    }

    /// Tries those that need no root first.
    const Volume& mount_root(ImageTree& tree) {
        for (const char* type : {"ext4", "xfs", "btrfs"}) {
            for (const Volume& volume : volumes_) {
                if (volume.type != type) {
                    continue;
                }
                ImageTree candidate(tree.name());
                candidate.mount("", open(volume));
                if (has_system(candidate)) {
                    tree.mount("", open(volume));
                    return volume;
                }
            }
        }
        throw no_root();
    }

    Error no_root() const {
        std::vector<std::string> found;
        for (const Volume& volume : volumes_) {
            const std::string type = volume.type.empty() ? "unknown contents" : volume.type;
            found.push_back(
                volume.number == 0 ? type : std::to_string(volume.number) + " (" + type + ")"
            );
        }
        const bool is_disk = volumes_.size() > 1 || volumes_.front().number != 0;
        Error error(
            ErrorKind::input,
            disk_->shown() + " holds no file system with /etc/os-release" +
                (is_disk ? "; its partitions are " + join(found, ", ") : ": it has " + found.front()
                )
        );
        error.set_hint(
            "name a disk image with a system on ext4, xfs or btrfs, a tar of one, or its root "
            "folder"
        );
        return error;
    }

    /// "UUID=...", "LABEL=...", "PARTUUID=...", "PARTLABEL=...", "/dev/vda15", or the links of
    /// /dev/disk that say the same.
    const Volume* volume_of(const std::string& what) const {
        for (const Volume& volume : volumes_) {
            if (fstab_names(what, volume)) {
                return &volume;
            }
        }
        return nullptr;
    }

    std::shared_ptr<const disk::DiskFile> disk_;
    const ReadDoors& doors_;
    std::vector<Volume> volumes_;
};

void check_has_system(const ImageTree& tree, const char* what) {
    if (!has_system(tree)) {
        throw Error(ErrorKind::input, tree.name() + ": the " + what + " holds no /etc/os-release")
            .set_hint("name the root folder of a system, a tar of one, or a disk image");
    }
}

}  // namespace

OpenedImage open_image_with_disk(const std::filesystem::path& image, const ReadDoors& doors) {
    ImageTree tree(image.string());
    struct stat status {};
    if (::stat(image.c_str(), &status) != 0) {
        throw system_error("opening " + image.string(), errno);
    }
    if (S_ISDIR(status.st_mode)) {
        tree.mount("", make_folder_store(open_folder(image.string()), image.string()));
        check_has_system(tree, "folder");
        return {nullptr, std::move(tree)};
    }
    auto disk = std::make_shared<const disk::DiskFile>(image.string(), image.string());
    if (disk->size_bytes() == 0) {
        throw Error(ErrorKind::input, image.string() + " is empty");
    }
    const std::string format = disk::qemu_format_of(disk->read(0, 512));
    const bool packed = is_packed(*disk);
    if (packed && holds_tar(image)) {
        tree.mount("", make_tar_store(image, doors.temp_directory, doors.stop));
        check_has_system(tree, "tar");
        return {nullptr, std::move(tree)};
    }
    if (!packed && !format.empty()) {
        if (std::optional<disk::DiskMap> map =
                disk::map_disk(image, format, doors.processes, doors.stop)) {
            auto mapped = std::make_shared<const disk::DiskFile>(
                image.string(), image.string(), std::move(*map)
            );
            DiskOpener opener(mapped, doors);
            if (!opener.needs_raw()) {
                opener.fill(tree);
                return {std::move(mapped), std::move(tree)};
            }
        }
    }
    if (packed || !format.empty()) {
        if (doors.in_place) {
            throw Error(
                ErrorKind::unsupported, image.string() + " can not be read without a raw copy of it"
            );
        }
        auto copy =
            std::make_shared<sys::TempDirectory>(real_files(), doors.temp_directory, "kiln-image-");
        const std::string raw = copy->path().string() + "/raw";
        if (packed) {
            unpack_raw(image, raw, doors);
        } else {
            disk::convert_to_raw(image, format, raw, doors.processes, doors.stop);
        }
        tree.keep(copy);
        disk = std::make_shared<const disk::DiskFile>(raw, image.string());
    }
    DiskOpener(disk, doors).fill(tree);
    return {std::move(disk), std::move(tree)};
}

ImageTree open_image(const std::filesystem::path& image, const ReadDoors& doors) {
    return open_image_with_disk(image, doors).tree;
}

}  // namespace kiln::contents
