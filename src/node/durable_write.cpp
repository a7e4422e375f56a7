#include "node/durable_write.hpp"

#include "sys/unique_fd.hpp"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

namespace kiln::node {

namespace {

constexpr const char* kLabel = "security.selinux";
constexpr std::string_view kTemporaryMark = ".kiln-";

std::string remedy(int error_number) {
    switch (error_number) {
        case EROFS:
            return "the file system is read-only: remount it with rw, or tune the image instead "
                   "(provisioner \"node_tuning\")";
        case ENOSPC:
            return "the file system is full; nothing of this file was changed: make room and apply "
                   "again";
        case EDQUOT:
            return "the quota is used up; nothing of this file was changed: raise it and apply "
                   "again";
        case EPERM:
        case EACCES:
            return "run as root; if it is root already: lsattr shows the immutable flag, and a "
                   "container needs the host's /proc and /sys";
        case EBUSY:
            return "something holds it; stop that and apply again";
        case ENODEV:
            return "the device has gone; apply again when it is back";
        case ENOENT:
            return "this kernel does not have it";
        case EIO:
            return "see the kernel log for the disk or device behind it";
        default:
            return {};
    }
}

/// Removes a temporary file unless it became the real one.
class Temporary {
public:
    explicit Temporary(std::string path) : path_(std::move(path)) {}
    ~Temporary() {
        if (!path_.empty()) {
            ::unlink(path_.c_str());
        }
    }
    Temporary(const Temporary&) = delete;
    Temporary& operator=(const Temporary&) = delete;
    void keep() { path_.clear(); }

private:
    std::string path_;
};

void copy_label(const std::string& from, int to) {
    std::array<char, 256> label{};
    const ssize_t size = ::getxattr(from.c_str(), kLabel, label.data(), label.size());
    if (size > 0) {
        ::fsetxattr(to, kLabel, label.data(), static_cast<std::size_t>(size), 0);
    }
}

}  // namespace

Error write_error(const std::string& attempted, const std::string& path, int error_number) {
    Error error = system_error(attempted + " " + path, error_number);
    error.set_hint(remedy(error_number));
    return error;
}

void write_whole(int fd, std::string_view bytes, const std::string& path) {
    while (!bytes.empty()) {
        const ssize_t count = ::write(fd, bytes.data(), bytes.size());
        if (count < 0 && errno != EINTR) {
            throw write_error("writing", path, errno);
        }
        if (count > 0) {
            bytes.remove_prefix(static_cast<std::size_t>(count));
        }
    }
}

void make_folders(const NodeTree& tree, const std::string& path, unsigned mode) {
    if (path == "/" || path.empty() || tree.exists(path)) {
        return;
    }
    const std::string parent = std::filesystem::path(path).parent_path();
    make_folders(tree, parent, 0755);
    if (::mkdir(tree.at(path).c_str(), mode) != 0 && errno != EEXIST) {
        throw write_error("making folder", path, errno);
    }
    sync_folder(tree, parent);
}

void replace_file(
    const NodeTree& tree,
    const std::string& path,
    std::string_view content,
    std::optional<FileOwner> owner
) {
    const std::filesystem::path target = tree.resolved(path);
    struct stat old {};
    const bool is_there = ::stat(target.c_str(), &old) == 0;
    if (is_there && !owner) {
        owner = FileOwner{old.st_mode & 07777U, old.st_uid, old.st_gid};
    }
    // mkostemp puts letters in the place of the X.
    std::string temporary = target.parent_path() / ("." + target.filename().string() +
                                                    std::string(kTemporaryMark) + "XXXXXX");
    const sys::UniqueFd fd(::mkostemp(temporary.data(), O_CLOEXEC));
    if (!fd) {
        throw write_error("writing", path, errno);
    }
    Temporary unlinker(temporary);
    write_whole(fd.get(), content, path);
    const FileOwner to = owner.value_or(FileOwner{0644, ::geteuid(), ::getegid()});
    if (is_there) {
        copy_label(target, fd.get());
    }
    struct stat made {};
    const bool owner_differs =
        ::fstat(fd.get(), &made) == 0 && (made.st_uid != to.uid || made.st_gid != to.gid);
    // FAT, on an EFI system partition, has neither owners nor modes.
    if ((owner_differs && ::fchown(fd.get(), to.uid, to.gid) != 0 && errno != EPERM) ||
        (::fchmod(fd.get(), to.mode) != 0 && errno != EPERM) || ::fsync(fd.get()) != 0 ||
        ::rename(temporary.c_str(), target.c_str()) != 0) {
        throw write_error("writing", path, errno);
    }
    unlinker.keep();
}

void remove_file(const NodeTree& tree, const std::string& path) {
    if (::unlink(tree.at(path).c_str()) != 0 && errno != ENOENT && errno != ENOTDIR) {
        throw write_error("removing", path, errno);
    }
}

void sync_folder(const NodeTree& tree, const std::string& path) {
    const sys::UniqueFd fd(::open(tree.at(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd || (::fsync(fd.get()) != 0 && errno != EINVAL)) {
        throw write_error("syncing folder", path, errno);
    }
}

void sweep_temporary_files(const NodeTree& tree, const std::string& folder) {
    for (const std::string& name : tree.list(folder)) {
        const std::size_t mark = name.rfind(kTemporaryMark);
        if (name.starts_with('.') && mark != std::string::npos &&
            name.size() == mark + kTemporaryMark.size() + 6) {
            remove_file(tree, folder + "/" + name);
        }
    }
}

int write_kernel_file(const NodeTree& tree, const std::string& path, std::string_view value) {
    const sys::UniqueFd fd(::open(tree.at(path).c_str(), O_WRONLY | O_CLOEXEC | O_TRUNC));
    if (!fd) {
        return errno;
    }
    return ::write(fd.get(), value.data(), value.size()) < 0 ? errno : 0;
}

}  // namespace kiln::node
