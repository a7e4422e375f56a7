#include "execute/communicator/tree_transfer.hpp"

#include "base/error.hpp"
#include "execute/communicator/communicator.hpp"
#include "sys/file_system.hpp"
#include "sys/open_in_root.hpp"
#include "sys/unique_fd.hpp"

#include <algorithm>
#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <memory>
#include <optional>
#include <sys/stat.h>
#include <vector>

namespace kiln::exec {

namespace {

using sys::UniqueFd;
using Path = std::filesystem::path;

void require_depth(const std::string& shown) {
    const auto depth = std::count(shown.begin(), shown.end(), '/');
    if (depth > kMaxTreeDepth) {
        throw Error(
            ErrorKind::input, "folders nested too deep, or a symlink in a circle: " + shown
        );
    }
}

struct stat status_of(int fd, const std::string& doing) {
    struct stat status {};
    if (::fstat(fd, &status) != 0) {
        throw system_error(doing, errno);
    }
    return status;
}

void require_regular(const struct stat& status, const std::string& doing) {
    if (S_ISDIR(status.st_mode)) {
        throw system_error(doing, EISDIR);
    }
    if (!S_ISREG(status.st_mode)) {
        throw Error(ErrorKind::input, doing + ": not a regular file");
    }
}

void write_all(int fd, std::string_view bytes, const std::string& doing) {
    while (!bytes.empty()) {
        const ssize_t count = ::write(fd, bytes.data(), bytes.size());
        if (count < 0 && errno != EINTR) {
            throw system_error(doing, errno);
        }
        bytes.remove_prefix(count > 0 ? static_cast<std::size_t>(count) : 0);
    }
}

struct CloseDirectory {
    void operator()(DIR* directory) const { ::closedir(directory); }
};

std::vector<std::string> names_in(UniqueFd fd, const std::string& doing) {
    const std::unique_ptr<DIR, CloseDirectory> directory(::fdopendir(fd.get()));
    if (!directory) {
        throw system_error(doing, errno);
    }
    fd.release();
    std::vector<std::string> names;
    while (const dirent* entry = ::readdir(directory.get())) {
        const std::string_view name = entry->d_name;
        if (name != "." && name != "..") {
            names.emplace_back(name);
        }
    }
    std::sort(names.begin(), names.end());
    return names;
}

// O_NONBLOCK: a FIFO without a reader must not hold us up.
UniqueFd open_target(int root_fd, const std::string& remote, const std::string& doing) {
    const int fd =
        sys::try_open_in_root(root_fd, remote, O_WRONLY | O_CREAT | O_NONBLOCK | O_NOCTTY, 0600);
    if (fd < 0) {
        throw system_error(doing, -fd);
    }
    UniqueFd target(fd);
    require_regular(status_of(fd, doing), doing);
    if (::ftruncate(fd, 0) != 0) {
        throw system_error(doing, errno);
    }
    return target;
}

void set_mode(int fd, unsigned mode, const std::string& doing) {
    if (::fchmod(fd, mode) != 0) {
        throw system_error(doing, errno);
    }
}

std::string doing_upload(const Path& local, const std::string& remote) {
    return "uploading " + local.string() + " to " + remote;
}

std::string doing_download(const std::string& remote, const Path& local) {
    return "downloading " + remote + " to " + local.string();
}

}  // namespace

void TreeTransfer::copy(int from, int to, const std::string& doing) const {
    std::vector<char> buffer(std::size_t{256} << 10);
    for (;;) {
        if (stop_.stop_requested()) {
            throw Error(ErrorKind::interrupted, "interrupted while " + doing);
        }
        const ssize_t count = ::read(from, buffer.data(), buffer.size());
        if (count == 0) {
            return;
        }
        if (count < 0 && errno != EINTR) {
            throw system_error(doing, errno);
        }
        write_all(
            to, {buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(count, 0))}, doing
        );
    }
}

void TreeTransfer::write_file(std::string_view content, const std::string& remote, unsigned mode) {
    const std::string doing = "uploading to " + remote;
    const UniqueFd target = open_target(root_fd_, remote, doing);
    write_all(target.get(), content, doing);
    set_mode(target.get(), mode, doing);
}

void TreeTransfer::upload_file(const Path& local, const std::string& remote) {
    const std::string doing = doing_upload(local, remote);
    const UniqueFd source(::open(local.c_str(), O_RDONLY | O_CLOEXEC));
    if (!source) {
        throw system_error(doing, errno);
    }
    const struct stat status = status_of(source.get(), doing);
    if (S_ISDIR(status.st_mode)) {
        throw system_error(doing, EISDIR);
    }
    const UniqueFd target = open_target(root_fd_, remote, doing);
    copy(source.get(), target.get(), doing);
    set_mode(target.get(), S_ISREG(status.st_mode) ? status.st_mode & 07777U : 0644U, doing);
}

void TreeTransfer::make_directory(const std::string& remote, unsigned mode) {
    if (is_directory(remote)) {
        return;
    }
    const std::string doing = "making folder " + remote;
    const Path path = Path(remote).lexically_normal();
    const Path named = path.has_filename() ? path : path.parent_path();
    const UniqueFd parent = sys::open_in_root(root_fd_, named.parent_path(), O_PATH | O_DIRECTORY);
    if (::mkdirat(parent.get(), named.filename().c_str(), 0700) != 0) {
        throw system_error(doing, errno);
    }
    const UniqueFd made(::openat(
        parent.get(), named.filename().c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
    ));
    set_mode(made.get(), mode, doing);
}

void TreeTransfer::upload_directory(const Path& local, const std::string& remote) {
    const std::string doing = doing_upload(local, remote);
    require_depth(remote);
    UniqueFd folder(::open(local.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder) {
        throw system_error(doing, errno);
    }
    make_directory(remote, status_of(folder.get(), doing).st_mode & 07777U);
    for (const std::string& name : names_in(std::move(folder), doing)) {
        const Path entry = local / name;
        const std::string target = (Path(remote) / name).string();
        struct stat status {};
        if (::stat(entry.c_str(), &status) != 0) {
            throw system_error(doing_upload(entry, target), errno);
        }
        if (S_ISDIR(status.st_mode)) {
            upload_directory(entry, target);
        } else {
            require_regular(status, doing_upload(entry, target));
            upload_file(entry, target);
        }
    }
}

bool TreeTransfer::is_directory(const std::string& remote) const {
    const UniqueFd fd(sys::try_open_in_root(root_fd_, remote, O_PATH | O_DIRECTORY));
    return static_cast<bool>(fd);
}

void TreeTransfer::download_file(const std::string& remote, const Path& local) {
    const std::string doing = doing_download(remote, local);
    const int fd = sys::try_open_in_root(root_fd_, remote, O_RDONLY | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) {
        throw system_error(doing, -fd);
    }
    const UniqueFd source(fd);
    require_regular(status_of(fd, doing), doing);
    sys::RealFileSystem().make_directories(local.parent_path(), 0755);
    const UniqueFd target(::open(local.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
    if (!target) {
        throw system_error(doing, errno);
    }
    copy(fd, target.get(), doing);
    set_mode(target.get(), 0644, doing);
}

void TreeTransfer::download_directory(const std::string& remote, const Path& local) {
    const std::string doing = doing_download(remote, local);
    require_depth(remote);
    const int fd = sys::try_open_in_root(root_fd_, remote, O_RDONLY | O_DIRECTORY);
    if (fd < 0) {
        throw system_error(doing, -fd);
    }
    sys::RealFileSystem().make_directories(local, 0755);
    for (const std::string& name : names_in(UniqueFd(fd), doing)) {
        const std::string entry = (Path(remote) / name).string();
        if (is_directory(entry)) {
            download_directory(entry, local / name);
        } else {
            download_file(entry, local / name);
        }
    }
}

}  // namespace kiln::exec
