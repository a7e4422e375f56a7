#include "contents/entry_at.hpp"

#include "base/error.hpp"

#include <array>
#include <cerrno>
#include <climits>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

namespace kiln::contents {
namespace {

constexpr std::size_t kPieceBytes = std::size_t{256} << 10;

sys::FileType type_of_mode(mode_t mode) {
    switch (mode & S_IFMT) {
        case S_IFDIR:
            return sys::FileType::directory;
        case S_IFLNK:
            return sys::FileType::symlink;
        case S_IFCHR:
            return sys::FileType::character_device;
        case S_IFBLK:
            return sys::FileType::block_device;
        case S_IFIFO:
            return sys::FileType::fifo;
        case S_IFSOCK:
            return sys::FileType::socket;
        default:
            return sys::FileType::regular;
    }
}

std::string capability_of(int folder_fd, const std::string& name) {
    // There is no getxattrat; /proc leads to the folder that is open.
    const std::string path = "/proc/self/fd/" + std::to_string(folder_fd) + "/" + name;
    std::array<char, 64> value{};
    const ssize_t size =
        ::lgetxattr(path.c_str(), "security.capability", value.data(), value.size());
    return size > 0 ? std::string(value.data(), static_cast<std::size_t>(size)) : "";
}

}  // namespace

Entry entry_at(
    int folder_fd,
    const std::string& name,
    const struct stat& status,
    const std::string& path,
    const std::string& shown
) {
    Entry entry;
    entry.path = path;
    entry.type = type_of_mode(status.st_mode);
    entry.mode = status.st_mode & 07777U;
    entry.uid = status.st_uid;
    entry.gid = status.st_gid;
    entry.modified = status.st_mtim.tv_sec;
    if (S_ISREG(status.st_mode)) {
        entry.size_bytes = status.st_size;
        entry.capability = capability_of(folder_fd, name);
    } else if (S_ISLNK(status.st_mode)) {
        std::array<char, PATH_MAX> target{};
        const ssize_t size = ::readlinkat(folder_fd, name.c_str(), target.data(), target.size());
        if (size < 0) {
            throw system_error("reading " + shown + "/" + path, errno);
        }
        entry.target.assign(target.data(), static_cast<std::size_t>(size));
    } else if (S_ISCHR(status.st_mode) || S_ISBLK(status.st_mode)) {
        entry.device =
            std::to_string(major(status.st_rdev)) + ":" + std::to_string(minor(status.st_rdev));
    }
    return entry;
}

void read_all(int fd, const ContentSink& sink, const std::string& shown) {
    std::string piece(kPieceBytes, '\0');
    for (;;) {
        const ssize_t got = ::read(fd, piece.data(), piece.size());
        if (got < 0 && errno != EINTR) {
            throw system_error("reading " + shown, errno);
        }
        if (got == 0) {
            return;
        }
        if (got > 0) {
            sink({piece.data(), static_cast<std::size_t>(got)});
        }
    }
}

}  // namespace kiln::contents
