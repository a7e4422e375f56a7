#include "disk/layer_directory.hpp"

#include "base/error.hpp"

#include <algorithm>
#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <memory>
#include <string_view>
#include <sys/xattr.h>
#include <unistd.h>

namespace kiln::disk {
namespace {

constexpr std::string_view kOverlayPrefix = "trusted.overlay.";

/// What every Linux file system can hold; others ("btrfs.", "system.nfs4_acl") tell of the host's.
bool is_portable(std::string_view name) {
    return name.starts_with("security.") || name.starts_with("user.") ||
           name.starts_with("trusted.") || name.starts_with("system.posix_acl_");
}

struct CloseDir {
    void operator()(DIR* stream) const { ::closedir(stream); }
};

/// A file system that knows no attributes has none to keep.
bool means_no_xattrs(int error_number) {
    return error_number == ENOTSUP || error_number == ENOSYS;
}

std::vector<std::string> list_xattrs(const std::string& path, const std::string& shown) {
    std::string names(256, '\0');
    for (;;) {
        const ssize_t size = ::llistxattr(path.c_str(), names.data(), names.size());
        if (size >= 0) {
            names.resize(static_cast<std::size_t>(size));
            break;
        }
        if (means_no_xattrs(errno)) {
            return {};
        }
        if (errno != ERANGE) {
            throw system_error("listing the attributes of " + shown, errno);
        }
        names.resize(names.size() * 4);
    }
    std::vector<std::string> list;
    for (std::size_t at = 0; at < names.size(); at += list.back().size() + 1) {
        list.emplace_back(names.c_str() + at);
    }
    std::sort(list.begin(), list.end());
    return list;
}

std::string get_xattr(const std::string& path, const std::string& name, const std::string& shown) {
    std::string value(256, '\0');
    for (;;) {
        const ssize_t size = ::lgetxattr(path.c_str(), name.c_str(), value.data(), value.size());
        if (size >= 0) {
            value.resize(static_cast<std::size_t>(size));
            return value;
        }
        if (errno != ERANGE) {
            throw system_error("reading the attribute " + name + " of " + shown, errno);
        }
        value.resize(value.size() * 4);
    }
}

}  // namespace

LayerDirectory::LayerDirectory(const std::filesystem::path& path)
    : path_(path), fd_(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)) {
    if (fd_.get() < 0) {
        throw system_error("reading directory " + path.string(), errno);
    }
}

std::vector<LayerEntry> LayerDirectory::entries() const {
    const std::unique_ptr<DIR, CloseDir> stream(
        ::fdopendir(::openat(fd(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC))
    );
    if (!stream) {
        throw system_error("reading directory " + path_.string(), errno);
    }
    std::vector<LayerEntry> list;
    for (;;) {
        errno = 0;
        const dirent* found = ::readdir(stream.get());
        if (found == nullptr) {
            break;
        }
        LayerEntry entry{.name = found->d_name};
        if (entry.name == "." || entry.name == "..") {
            continue;
        }
        if (::fstatat(fd(), entry.name.c_str(), &entry.status, AT_SYMLINK_NOFOLLOW) != 0) {
            throw system_error("reading " + (path_ / entry.name).string(), errno);
        }
        list.push_back(std::move(entry));
    }
    if (errno != 0) {
        throw system_error("reading directory " + path_.string(), errno);
    }
    std::sort(list.begin(), list.end(), [](const LayerEntry& a, const LayerEntry& b) {
        return a.name < b.name;
    });
    return list;
}

LayerXattrs LayerDirectory::xattrs(const std::string& name) const {
    // By way of /proc, because there is no call that takes a directory and a name, and a device
    // must not be opened to ask for its attributes.
    const std::string path =
        "/proc/self/fd/" + std::to_string(fd()) + "/" + (name.empty() ? std::string(".") : name);
    const std::string shown = (path_ / name).string();
    LayerXattrs result;
    for (const std::string& attribute : list_xattrs(path, shown)) {
        if (!attribute.starts_with(kOverlayPrefix)) {
            if (is_portable(attribute)) {
                result.kept.push_back({attribute, get_xattr(path, attribute, shown)});
            }
            continue;
        }
        const std::string_view mark = std::string_view(attribute).substr(kOverlayPrefix.size());
        if (mark == "opaque") {
            result.opaque = get_xattr(path, attribute, shown) == "y";
        } else if (mark == "redirect" || mark == "metacopy") {
            throw Error(
                ErrorKind::unsupported,
                shown + " has the overlayfs mark " + attribute +
                    ": layers must be made with redirect_dir=off,metacopy=off"
            );
        }
    }
    return result;
}

}  // namespace kiln::disk
