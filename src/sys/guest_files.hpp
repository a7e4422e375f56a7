#pragma once

#include "sys/sandbox.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace kiln::sys {

/// A file that the inside of a sandbox sees and the image must not hold.
struct GuestFile {
    std::string path;  ///< relative to the root of the tree: "etc/resolv.conf"
    std::string content;
    unsigned mode = 0644;
};

/// The resolver settings (none when `resolv_conf` can not be read) and the policy-rc.d that refuses
/// to start services.
std::vector<GuestFile> sandbox_guest_files(const std::filesystem::path& resolv_conf);

/// The resolver settings at the places in /run to which a package that takes over name resolution
/// points /etc/resolv.conf, so that names resolve in the rest of the step that installs it too. The
/// file is written to the empty folder `store`.
std::vector<SandboxBind> resolver_binds(
    const std::filesystem::path& store, const std::vector<GuestFile>& files
);

/// Writes the files as a layer of their own into the empty folder `layer`. It goes on top of
/// `lowers` and under the upper directory: programs see the files and may replace them, and unless
/// they do nothing of them is in the upper directory. Folders take the attributes they have in
/// `lowers`, for they will be copied up with those of this layer. A file whose folder is no folder
/// in `lowers` (a symlink) is left out: this layer would hide what is there.
void write_guest_layer(
    const std::filesystem::path& layer,
    const std::vector<std::filesystem::path>& lowers,
    const std::vector<GuestFile>& files
);

/// For a tree without layers: puts the files where there are none and takes them away again.
class GuestFilesInPlace {
public:
    /// Those that the tree has already are to be hidden by `binds()`; `store` is an empty folder.
    GuestFilesInPlace(
        std::filesystem::path tree,
        const std::filesystem::path& store,
        const std::vector<GuestFile>& files
    );

    const std::vector<SandboxBind>& binds() const { return binds_; }
    /// Removes what was put there, except what has been changed since. Throws on failure.
    void take_away();

private:
    void place(const std::filesystem::path& store, const GuestFile& file);

    std::filesystem::path tree_;
    std::vector<SandboxBind> binds_;
    std::vector<GuestFile> placed_;
};

}  // namespace kiln::sys
