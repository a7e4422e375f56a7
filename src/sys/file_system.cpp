#include "sys/file_system.hpp"

#include "base/error.hpp"
#include "base/units.hpp"
#include "sys/tree_walk.hpp"
#include "sys/unique_fd.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <dirent.h>
#include <fcntl.h>
#include <memory>
#include <sys/stat.h>
#include <sys/statvfs.h>

namespace kiln::sys {

namespace {

using Path = std::filesystem::path;

FileType type_of(mode_t mode) {
    switch (mode & S_IFMT) {
        case S_IFDIR:
            return FileType::directory;
        case S_IFLNK:
            return FileType::symlink;
        case S_IFCHR:
            return FileType::character_device;
        case S_IFBLK:
            return FileType::block_device;
        case S_IFIFO:
            return FileType::fifo;
        case S_IFSOCK:
            return FileType::socket;
        default:
            return FileType::regular;
    }
}

FileStatus status_from(const struct stat& from) {
    return {
        .type = type_of(from.st_mode),
        .mode = from.st_mode & 07777U,
        .uid = from.st_uid,
        .gid = from.st_gid,
        .size_bytes = from.st_size,
        .allocated_bytes = from.st_blocks * 512,
        .modified_ns = from.st_mtim.tv_sec * 1'000'000'000 + from.st_mtim.tv_nsec,
        .device = from.st_dev,
        .inode = from.st_ino};
}

std::optional<FileStatus> status_with(const Path& path, int flags) {
    struct stat status {};
    if (::fstatat(AT_FDCWD, path.c_str(), &status, flags) == 0) {
        return status_from(status);
    }
    if (errno == ENOENT || errno == ENOTDIR) {
        return std::nullopt;
    }
    throw system_error("reading " + path.string(), errno);
}

UniqueFd open_or_throw(const Path& path, int flags, const char* doing) {
    UniqueFd fd(::open(path.c_str(), flags | O_CLOEXEC));
    if (!fd) {
        throw system_error(std::string(doing) + " " + path.string(), errno);
    }
    return fd;
}

std::size_t read_some(int fd, char* buffer, std::size_t size, const Path& path) {
    for (;;) {
        const ssize_t count = ::read(fd, buffer, size);
        if (count >= 0) {
            return static_cast<std::size_t>(count);
        }
        if (errno != EINTR) {
            throw system_error("reading " + path.string(), errno);
        }
    }
}

void write_all(int fd, std::string_view bytes, const Path& path) {
    while (!bytes.empty()) {
        const ssize_t count = ::write(fd, bytes.data(), bytes.size());
        if (count < 0 && errno != EINTR) {
            throw system_error("writing " + path.string(), errno);
        }
        if (count > 0) {
            bytes.remove_prefix(static_cast<std::size_t>(count));
        }
    }
}

// Path that mkstemp and mkdtemp fill in.
std::string template_in(const Path& parent, const std::string& prefix) {
    return (parent / (prefix + "XXXXXX")).string();
}

// Removes a temporary file unless it has become the real one.
class Unlinker {
public:
    explicit Unlinker(std::string path) : path_(std::move(path)) {}
    ~Unlinker() {
        if (!path_.empty()) {
            ::unlink(path_.c_str());
        }
    }
    Unlinker(const Unlinker&) = delete;
    Unlinker& operator=(const Unlinker&) = delete;
    void keep() { path_.clear(); }

private:
    std::string path_;
};

}  // namespace

std::string RealFileSystem::read_file(const Path& path, std::int64_t limit_bytes) {
    const UniqueFd fd = open_or_throw(path, O_RDONLY, "reading");
    std::string content;
    struct stat status {};
    if (::fstat(fd.get(), &status) == 0 && S_ISREG(status.st_mode)) {
        content.reserve(static_cast<std::size_t>(std::min(status.st_size, limit_bytes)) + 1);
    }
    char buffer[64 * 1024];
    while (const std::size_t count = read_some(fd.get(), buffer, sizeof buffer, path)) {
        content.append(buffer, count);
        if (std::ssize(content) > limit_bytes) {
            throw Error(
                ErrorKind::input,
                "reading " + path.string() + ": larger than " + format_bytes(limit_bytes)
            );
        }
    }
    return content;
}

void RealFileSystem::write_file_atomic(const Path& path, std::string_view content, unsigned mode) {
    const Path folder = path.has_parent_path() ? path.parent_path() : Path(".");
    std::string temporary = template_in(folder, "." + path.filename().string() + ".");
    UniqueFd fd(::mkostemp(temporary.data(), O_CLOEXEC));
    if (!fd) {
        throw system_error("writing " + path.string(), errno);
    }
    Unlinker unlinker(temporary);
    write_all(fd.get(), content, path);
    if (::fchmod(fd.get(), mode) != 0 || ::rename(temporary.c_str(), path.c_str()) != 0) {
        throw system_error("writing " + path.string(), errno);
    }
    unlinker.keep();
}

std::optional<FileStatus> RealFileSystem::status(const Path& path) {
    return status_with(path, AT_SYMLINK_NOFOLLOW);
}

std::optional<FileStatus> RealFileSystem::status_followed(const Path& path) {
    return status_with(path, 0);
}

std::string RealFileSystem::read_symlink(const Path& path) {
    char target[4097];  // PATH_MAX and one more, to see that nothing was cut
    const ssize_t length = ::readlink(path.c_str(), target, sizeof target);
    if (length < 0) {
        throw system_error("reading symlink " + path.string(), errno);
    }
    return std::string(target, static_cast<std::size_t>(length));
}

std::vector<DirectoryEntry> RealFileSystem::list_directory(const Path& path) {
    const UniqueFd fd = open_or_throw(path, O_RDONLY | O_DIRECTORY, "reading folder");
    std::vector<DirectoryEntry> entries;
    walk_tree(fd.get(), path.string(), [&](const TreeEntry& entry) {
        entries.push_back({entry.name, type_of(entry.status.st_mode)});
        return Descend::no;
    });
    return entries;
}

void RealFileSystem::make_directories(const Path& path, unsigned mode) {
    if (path.empty() || ::mkdir(path.c_str(), mode) == 0) {
        return;
    }
    if (errno == ENOENT && path.has_parent_path() && path.parent_path() != path) {
        make_directories(path.parent_path(), mode);
        if (::mkdir(path.c_str(), mode) == 0) {
            return;
        }
    }
    const int problem = errno;
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0 || !S_ISDIR(status.st_mode)) {
        throw system_error("making folder " + path.string(), problem);
    }
}

Path RealFileSystem::make_temporary_directory(const Path& parent, const std::string& prefix) {
    std::string path = template_in(parent, prefix);
    if (::mkdtemp(path.data()) == nullptr) {
        throw system_error("making a temporary folder in " + parent.string(), errno);
    }
    return path;
}

void RealFileSystem::make_symlink(const std::string& target, const Path& path) {
    if (::symlink(target.c_str(), path.c_str()) != 0) {
        throw system_error("making symlink " + path.string(), errno);
    }
}

void RealFileSystem::rename(const Path& from, const Path& to) {
    if (::rename(from.c_str(), to.c_str()) != 0) {
        throw system_error("renaming " + from.string() + " to " + to.string(), errno);
    }
}

void RealFileSystem::set_mode(const Path& path, unsigned mode) {
    if (::chmod(path.c_str(), mode) != 0) {
        throw system_error("changing the mode of " + path.string(), errno);
    }
}

bool RealFileSystem::remove_file(const Path& path) {
    if (::unlink(path.c_str()) == 0) {
        return true;
    }
    if (errno == ENOENT || errno == ENOTDIR) {
        return false;
    }
    throw system_error("removing " + path.string(), errno);
}

void RealFileSystem::remove_tree(const Path& path) {
    if (::unlink(path.c_str()) == 0 || errno == ENOENT || errno == ENOTDIR) {
        return;
    }
    if (errno != EISDIR) {
        throw system_error("removing " + path.string(), errno);
    }
    struct statx status {};
    if (::statx(AT_FDCWD, path.c_str(), AT_SYMLINK_NOFOLLOW, 0, &status) == 0 &&
        (status.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0) {
        throw system_error("removing " + path.string() + ", a mount point", EBUSY);
    }
    UniqueFd fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!fd && errno == EACCES && ::chmod(path.c_str(), 0700) == 0) {
        fd.reset(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    }
    if (!fd) {
        throw system_error("removing folder " + path.string(), errno);
    }
    remove_tree_contents(fd.get(), path.string());
    if (::rmdir(path.c_str()) != 0 && errno != ENOENT) {
        throw system_error("removing folder " + path.string(), errno);
    }
}

std::int64_t RealFileSystem::free_bytes(const Path& path) {
    struct statvfs status {};
    if (::statvfs(path.c_str(), &status) != 0) {
        throw system_error("asking for the free space at " + path.string(), errno);
    }
    return static_cast<std::int64_t>(status.f_bavail) * static_cast<std::int64_t>(status.f_frsize);
}

}  // namespace kiln::sys
