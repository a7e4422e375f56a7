#include "sys/tree_walk.hpp"

#include "base/error.hpp"
#include "sys/unique_fd.hpp"

#include <algorithm>
#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <memory>
#include <vector>

namespace kiln::sys {

namespace {

struct CloseDirectory {
    void operator()(DIR* directory) const { ::closedir(directory); }
};

std::vector<std::string> sorted_names(int fd, const std::string& shown) {
    // A stream of its own: the position of `fd` is shared with whoever duplicated it.
    UniqueFd own(::openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    std::unique_ptr<DIR, CloseDirectory> directory(own ? ::fdopendir(own.get()) : nullptr);
    if (!directory) {
        throw system_error("reading folder " + shown, errno);
    }
    own.release();
    std::vector<std::string> names;
    errno = 0;
    while (const dirent* entry = ::readdir(directory.get())) {
        const std::string_view name = entry->d_name;
        if (name != "." && name != "..") {
            names.emplace_back(name);
        }
        errno = 0;
    }
    if (errno != 0) {
        throw system_error("reading folder " + shown, errno);
    }
    std::sort(names.begin(), names.end());
    return names;
}

// st_dev does not tell: a bind mount has that of its source, and a file of an overlay another one
// than its folder.
bool is_mount_point(int parent_fd, const std::string& name) {
    struct statx status {};
    return ::statx(parent_fd, name.c_str(), AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT, 0, &status) ==
               0 &&
           (status.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
}

UniqueFd open_folder(int parent_fd, const std::string& name) {
    return UniqueFd(
        ::openat(parent_fd, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    );
}

class Walk {
public:
    Walk(const std::string& shown_root, const std::function<Descend(const TreeEntry&)>& visit)
        : shown_root_(shown_root), visit_(visit) {}

    void folder(int fd) {
        for (const std::string& name : sorted_names(fd, shown())) {
            const std::size_t length = path_.size();
            path_ += path_.empty() ? name : "/" + name;
            entry(fd, name);
            path_.resize(length);
        }
    }

private:
    std::string shown() const { return path_.empty() ? shown_root_ : shown_root_ + "/" + path_; }

    void entry(int parent_fd, const std::string& name) {
        struct stat status {};
        if (::fstatat(parent_fd, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
            throw system_error("reading " + shown(), errno);
        }
        const Descend descend = visit_({path_, name, parent_fd, status});
        if (!S_ISDIR(status.st_mode) || descend == Descend::no || is_mount_point(parent_fd, name)) {
            return;
        }
        const UniqueFd fd = open_folder(parent_fd, name);
        if (!fd) {
            throw system_error("reading folder " + shown(), errno);
        }
        folder(fd.get());
    }

    const std::string& shown_root_;
    const std::function<Descend(const TreeEntry&)>& visit_;
    std::string path_;
};

// Without root, a folder must be readable and writable before it can be emptied.
UniqueFd open_folder_to_empty(int parent_fd, const std::string& name) {
    UniqueFd fd = open_folder(parent_fd, name);
    if (!fd && errno == EACCES && ::fchmodat(parent_fd, name.c_str(), 0700, 0) == 0) {
        fd = open_folder(parent_fd, name);
    }
    return fd;
}

void remove_entry(int parent_fd, const std::string& name, const std::string& shown) {
    if (::unlinkat(parent_fd, name.c_str(), 0) == 0 || errno == ENOENT) {
        return;
    }
    if (errno != EISDIR) {
        throw system_error("removing " + shown, errno);
    }
    if (is_mount_point(parent_fd, name)) {
        throw system_error("removing " + shown + ", a mount point", EBUSY);
    }
    const UniqueFd fd = open_folder_to_empty(parent_fd, name);
    if (!fd) {
        throw system_error("removing folder " + shown, errno);
    }
    remove_tree_contents(fd.get(), shown);
    if (::unlinkat(parent_fd, name.c_str(), AT_REMOVEDIR) != 0 && errno != ENOENT) {
        throw system_error("removing folder " + shown, errno);
    }
}

}  // namespace

void walk_tree(
    int root_fd,
    const std::string& shown_root,
    const std::function<Descend(const TreeEntry&)>& visit
) {
    Walk(shown_root, visit).folder(root_fd);
}

void remove_tree_contents(int root_fd, const std::string& shown_root) {
    struct stat status {};
    if (::fstat(root_fd, &status) == 0 && (status.st_mode & S_IRWXU) != S_IRWXU) {
        ::fchmod(root_fd, 0700);  // when this fails the removal below tells why
    }
    for (const std::string& name : sorted_names(root_fd, shown_root)) {
        remove_entry(root_fd, name, shown_root + "/" + name);
    }
}

}  // namespace kiln::sys
