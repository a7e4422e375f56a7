#pragma once

#include "sys/unique_fd.hpp"

#include <filesystem>
#include <string>
#include <sys/stat.h>
#include <vector>

namespace kiln::disk {

struct LayerEntry {
    std::string name;
    struct stat status {};

    bool is_directory() const { return S_ISDIR(status.st_mode); }
    /// The name is removed from what lies below (overlayfs documentation, "whiteouts").
    bool is_whiteout() const { return S_ISCHR(status.st_mode) && status.st_rdev == 0; }
};

struct Xattr {
    std::string name;
    std::string value;
    bool operator==(const Xattr&) const = default;
};

struct LayerXattrs {
    std::vector<Xattr> kept;  ///< by name; without those of overlayfs
    bool opaque = false;      ///< the directory hides what lies below it
};

/// One directory of a layer, read in an order that does not depend on the host's file system.
class LayerDirectory {
public:
    /// Throws kiln::Error; symlinks are not followed.
    explicit LayerDirectory(const std::filesystem::path& path);

    int fd() const { return fd_.get(); }
    const std::filesystem::path& path() const { return path_; }
    /// By name, byte by byte; without "." and "..".
    std::vector<LayerEntry> entries() const;
    /// Of the entry `name`, or of the directory itself (""). Throws unsupported for the marks of
    /// redirect_dir and metacopy: such a layer can not be understood without those below.
    LayerXattrs xattrs(const std::string& name) const;

private:
    std::filesystem::path path_;
    sys::UniqueFd fd_;
};

}  // namespace kiln::disk
