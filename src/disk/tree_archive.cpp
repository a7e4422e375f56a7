#include "disk/tree_archive.hpp"

#include "base/error.hpp"
#include "base/tar_header.hpp"
#include "base/units.hpp"
#include "disk/merged_tree.hpp"
#include "disk/partial_file.hpp"
#include "disk/posix_acl.hpp"
#include "disk/zero_runs.hpp"
#include "sys/file_system.hpp"
#include "sys/unique_fd.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <sys/sysmacros.h>
#include <unistd.h>
#include <utility>

namespace kiln::disk {
namespace {

constexpr std::size_t kArchiveBuffer = std::size_t{1} << 20;
// Smaller files are not looked through for zeros.
constexpr std::int64_t kSmallestSparse = kMiB;

/// A file that is written from front to back in large pieces.
class ArchiveFile {
public:
    explicit ArchiveFile(const std::filesystem::path& path)
        : path_(path),
          fd_(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644)),
          buffer_(std::make_unique<char[]>(kArchiveBuffer)) {
        if (!fd_) {
            throw failure(errno);
        }
    }

    void add(std::string_view bytes) {
        while (!bytes.empty()) {
            const std::size_t count = std::min(bytes.size(), kArchiveBuffer - used_);
            std::copy_n(bytes.data(), count, buffer_.get() + used_);
            used_ += count;
            bytes.remove_prefix(count);
            if (used_ == kArchiveBuffer) {
                flush();
            }
        }
    }

    /// Adds bytes [at, end) of a file of the tree.
    void add_from(int file, std::int64_t at, std::int64_t end, const std::string& shown) {
        while (at < end) {
            const std::size_t wanted =
                std::min(static_cast<std::size_t>(end - at), kArchiveBuffer - used_);
            const ssize_t got = ::pread(file, buffer_.get() + used_, wanted, at);
            if (got < 0 && errno == EINTR) {
                continue;
            }
            if (got <= 0) {
                throw system_error("reading " + shown, got < 0 ? errno : EIO);
            }
            used_ += static_cast<std::size_t>(got);
            at += got;
            if (used_ == kArchiveBuffer) {
                flush();
            }
        }
    }

    void finish() {
        flush();
        // Some file systems tell only now that they are full.
        if (::fsync(fd_.get()) != 0 || ::close(fd_.release()) != 0) {
            throw failure(errno);
        }
    }

private:
    void flush() {
        for (std::size_t done = 0; done < used_;) {
            const ssize_t count = ::write(fd_.get(), buffer_.get() + done, used_ - done);
            if (count < 0 && errno != EINTR) {
                throw failure(errno);
            }
            done += count > 0 ? static_cast<std::size_t>(count) : 0;
        }
        used_ = 0;
    }
    Error failure(int error_number) const {
        return system_error("writing " + path_.string(), error_number);
    }

    std::filesystem::path path_;
    sys::UniqueFd fd_;
    std::unique_ptr<char[]> buffer_;
    std::size_t used_ = 0;
};

std::optional<TarEntry::Type> tar_type(mode_t mode) {
    switch (mode & S_IFMT) {
        case S_IFREG:
            return TarEntry::Type::file;
        case S_IFDIR:
            return TarEntry::Type::folder;
        case S_IFLNK:
            return TarEntry::Type::symlink;
        case S_IFCHR:
            return TarEntry::Type::character_device;
        case S_IFBLK:
            return TarEntry::Type::block_device;
        case S_IFIFO:
            return TarEntry::Type::fifo;
        default:
            return std::nullopt;
    }
}

void add_attribute(TarEntry& tar, const Xattr& attribute) {
    constexpr std::string_view kAcl = "system.posix_acl_";
    if (attribute.name.starts_with(kAcl)) {
        if (const std::optional<std::string> text = posix_acl_text(attribute.value)) {
            tar.records.emplace_back("SCHILY.acl." + attribute.name.substr(kAcl.size()), *text);
            return;
        }
    }
    // A pax key ends at the first "=": tar(1) cannot have such a name either.
    if (attribute.name.find('=') == std::string::npos) {
        tar.records.emplace_back("SCHILY.xattr." + attribute.name, attribute.value);
    }
}

class TreeArchive {
public:
    TreeArchive(ArchiveFile& output, std::int64_t latest_time, const WriteControl& control)
        : output_(output), latest_time_(latest_time), control_(control) {}

    void add(const MergedEntry& merged) {
        throw_if_stopped(control_.stop);
        const struct stat& status = merged.entry.status;
        const std::optional<TarEntry::Type> type = tar_type(status.st_mode);
        if (!type) {
            return;
        }
        TarEntry tar;
        tar.type = *type;
        tar.name = merged.path == "/" ? "." : "." + merged.path;
        tar.mode = status.st_mode & 07777;
        tar.owner = status.st_uid;
        tar.group = status.st_gid;
        tar.modified =
            status.st_mtim.tv_sec >= latest_time_ ? timespec{latest_time_, 0} : status.st_mtim;
        tar.device_major = major(status.st_rdev);
        tar.device_minor = minor(status.st_rdev);
        if (*type != TarEntry::Type::folder && status.st_nlink > 1) {
            const auto [first, is_new] =
                linked_.try_emplace({status.st_dev, status.st_ino}, tar.name);
            if (!is_new) {
                tar.type = TarEntry::Type::hardlink;
                tar.link = first->second;
                output_.add(tar_header(tar));
                return;
            }
        }
        for (const Xattr& attribute : merged.folder.xattrs(merged.entry.name).kept) {
            add_attribute(tar, attribute);
        }
        if (*type == TarEntry::Type::symlink) {
            tar.link = sys::RealFileSystem().read_symlink(
                "/proc/self/fd/" + std::to_string(merged.folder.fd()) + "/" + merged.entry.name
            );
        }
        if (*type == TarEntry::Type::file) {
            add_file(std::move(tar), merged);
        } else {
            output_.add(tar_header(tar));
        }
    }

private:
    void add_file(TarEntry tar, const MergedEntry& merged) {
        const std::int64_t size = merged.entry.status.st_size;
        const sys::UniqueFd file(::openat(
            merged.folder.fd(), merged.entry.name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC
        ));
        if (!file) {
            throw system_error("reading " + merged.path, errno);
        }
        if (size < kSmallestSparse) {
            tar.size_bytes = size;
            add_data(tar, "", file.get(), {{0, size}}, merged.path);
            return;
        }
        std::vector<sys::DataRange> ranges = ranges_between_zeros(file.get(), size, merged.path);
        if (ranges == std::vector<sys::DataRange>{{0, size}}) {
            tar.size_bytes = size;
            add_data(tar, "", file.get(), ranges, merged.path);
        } else {
            add_sparse(std::move(tar), file.get(), size, std::move(ranges), merged.path);
        }
    }

    // GNU tar manual, "Storing Sparse Files", version 1.0: the content begins with the number of
    // stretches and the offset and length of each, a line each, filled up to whole blocks. As GNU
    // tar does, an empty stretch at the end tells of zeros there.
    void add_sparse(
        TarEntry tar,
        int file,
        std::int64_t size,
        std::vector<sys::DataRange> ranges,
        const std::string& shown
    ) {
        if (ranges.empty() || ranges.back().end < size) {
            ranges.push_back({size, size});
        }
        std::string map = std::to_string(ranges.size()) + "\n";
        std::int64_t data_bytes = 0;
        for (const sys::DataRange& range : ranges) {
            map +=
                std::to_string(range.begin) + "\n" + std::to_string(range.end - range.begin) + "\n";
            data_bytes += range.end - range.begin;
        }
        map += tar_padding(static_cast<std::int64_t>(map.size()));
        tar.records.emplace_back("GNU.sparse.major", "1");
        tar.records.emplace_back("GNU.sparse.minor", "0");
        tar.records.emplace_back("GNU.sparse.name", tar.name);
        tar.records.emplace_back("GNU.sparse.realsize", std::to_string(size));
        tar.size_bytes = static_cast<std::int64_t>(map.size()) + data_bytes;
        add_data(tar, map, file, ranges, shown);
    }

    void add_data(
        const TarEntry& tar,
        const std::string& before,
        int file,
        const std::vector<sys::DataRange>& ranges,
        const std::string& shown
    ) {
        output_.add(tar_header(tar));
        output_.add(before);
        for (const sys::DataRange& range : ranges) {
            for (std::int64_t at = range.begin; at < range.end;) {
                throw_if_stopped(control_.stop);
                const std::int64_t end =
                    std::min(at + static_cast<std::int64_t>(kArchiveBuffer), range.end);
                output_.add_from(file, at, end, shown);
                if (control_.on_bytes) {
                    control_.on_bytes(end - at);
                }
                at = end;
            }
        }
        output_.add(tar_padding(tar.size_bytes));
    }

    ArchiveFile& output_;
    std::int64_t latest_time_;
    const WriteControl& control_;
    std::map<std::pair<dev_t, ino_t>, std::string> linked_;  // the first name of each
};

}  // namespace

void write_tree_archive(
    const std::vector<LayerTree>& layers,
    const std::filesystem::path& output,
    std::int64_t latest_time,
    const WriteControl& control
) {
    PartialFile partial(output);
    ArchiveFile file(partial.path());
    TreeArchive archive(file, latest_time, control);
    walk_merged_tree(
        layers, [&](const MergedEntry& entry) { archive.add(entry); }, control
    );
    file.add(tar_end());
    file.finish();
    partial.finish();
}

}  // namespace kiln::disk
