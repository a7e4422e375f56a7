#include "execute/builder/rootfs/tree_writer.hpp"

#include "base/strings.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace kiln::exec::rootfs {

namespace {

constexpr std::array<std::string_view, 6> kMergedFolders = {
    "bin", "lib", "lib32", "lib64", "libx32", "sbin"};

timespec whole_seconds(std::int64_t seconds) {
    return {static_cast<time_t>(seconds), 0};
}

}  // namespace

TreeWriter::TreeWriter(const std::filesystem::path& root)
    : root_path_(root), root_(::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)) {
    if (!root_) {
        throw system_error("opening " + root.string(), errno);
    }
}

std::string TreeWriter::place(std::string_view path) {
    path.remove_prefix(path.starts_with('/') ? 1 : 0);
    const std::string_view first = path.substr(0, path.find('/'));
    for (const std::string_view merged : kMergedFolders) {
        if (first == merged) {
            return "usr/" + std::string(path);
        }
    }
    return std::string(path);
}

Error TreeWriter::failure(const std::string& what, const std::string& place) const {
    return system_error(what + " " + (root_path_ / place).string(), errno);
}

void TreeWriter::make_directory(const std::string& place) {
    if (place.empty() || ::mkdirat(root_.get(), place.c_str(), 0755) == 0 || errno == EEXIST) {
        return;
    }
    if (errno != ENOENT) {
        throw failure("making folder", place);
    }
    const std::size_t slash = place.rfind('/');
    make_directory(place.substr(0, slash));
    if (::mkdirat(root_.get(), place.c_str(), 0755) != 0 && errno != EEXIST) {
        throw failure("making folder", place);
    }
}

// Files come folder by folder, so the last folder is nearly always the next one too.
int TreeWriter::parent_of(const std::string& place) {
    const std::size_t slash = place.rfind('/');
    if (slash == std::string::npos) {
        return root_.get();
    }
    std::string parent = place.substr(0, slash);
    if (!parent_ || parent != parent_place_) {
        constexpr int kFlags = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
        parent_.reset(::openat(root_.get(), parent.c_str(), kFlags));
        if (!parent_ && errno == ENOENT) {
            make_directory(parent);
            parent_.reset(::openat(root_.get(), parent.c_str(), kFlags));
        }
        if (!parent_) {
            throw failure("opening folder", parent);
        }
        parent_place_ = std::move(parent);
    }
    return parent_.get();
}

void TreeWriter::begin_file(const std::string& place) {
    constexpr int kFlags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    const int parent = parent_of(place);
    file_.reset(::openat(parent, base_name(place).c_str(), kFlags, 0600));
    if (!file_) {
        throw failure("making file", place);
    }
    file_place_ = place;
}

void TreeWriter::write(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(file_.get(), bytes.data(), bytes.size());
        if (written < 0) {
            if (errno == EINTR) {
                continue;
            }
            throw failure("writing", file_place_);
        }
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
}

void TreeWriter::finish_file(const DebEntry& entry) {
    // Owner before mode: a change of owner clears the set-user-ID bit.
    const std::array<timespec, 2> times = {whole_seconds(entry.mtime), whole_seconds(entry.mtime)};
    if (::fchown(file_.get(), entry.uid, entry.gid) != 0 ||
        ::fchmod(file_.get(), entry.mode) != 0 || ::futimens(file_.get(), times.data()) != 0) {
        throw failure("setting owner, mode and time of", file_place_);
    }
    file_.reset();
}

void TreeWriter::make_hardlink(const std::string& target_place, const std::string& place) {
    const int parent = parent_of(place);
    if (::linkat(root_.get(), target_place.c_str(), parent, base_name(place).c_str(), 0) != 0) {
        throw failure("linking", place);
    }
}

void TreeWriter::make_device(const DebEntry& entry, const std::string& place) {
    const int parent = parent_of(place);
    const std::string name = base_name(place);
    const mode_t type = entry.type == DebEntry::Type::character_device ? S_IFCHR
                        : entry.type == DebEntry::Type::block_device   ? S_IFBLK
                                                                       : S_IFIFO;
    if (::mknodat(parent, name.c_str(), type | 0600, entry.device_number) != 0 ||
        ::fchownat(parent, name.c_str(), entry.uid, entry.gid, AT_SYMLINK_NOFOLLOW) != 0 ||
        ::fchmodat(parent, name.c_str(), entry.mode, 0) != 0) {
        throw failure("making device", place);
    }
}

void TreeWriter::make_symlink(const DebEntry& entry, const std::string& place) {
    const int parent = parent_of(place);
    const std::string name = base_name(place);
    if (::symlinkat(entry.link_target.c_str(), parent, name.c_str()) != 0) {
        struct stat status {};
        if (errno == EEXIST && ::fstatat(parent, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
            S_ISDIR(status.st_mode)) {
            return;
        }
        errno = EEXIST;
        throw failure("making symlink", place);
    }
    const std::array<timespec, 2> times = {whole_seconds(entry.mtime), whole_seconds(entry.mtime)};
    if (::fchownat(parent, name.c_str(), entry.uid, entry.gid, AT_SYMLINK_NOFOLLOW) != 0 ||
        ::utimensat(parent, name.c_str(), times.data(), AT_SYMLINK_NOFOLLOW) != 0) {
        throw failure("setting owner and time of", place);
    }
}

void TreeWriter::set_directory(const DebEntry& entry, const std::string& place) {
    const char* name = place.empty() ? "." : place.c_str();
    const std::array<timespec, 2> times = {whole_seconds(entry.mtime), whole_seconds(entry.mtime)};
    if (::fchownat(root_.get(), name, entry.uid, entry.gid, 0) != 0 ||
        ::fchmodat(root_.get(), name, entry.mode, 0) != 0 ||
        ::utimensat(root_.get(), name, times.data(), 0) != 0) {
        throw failure("setting owner, mode and time of", place);
    }
}

void make_merged_usr(const std::filesystem::path& root, const std::string& architecture) {
    TreeWriter writer(root);
    for (const std::string_view folder : kMergedFolders) {
        const bool only_amd64 = folder == "lib32" || folder == "lib64" || folder == "libx32";
        if (only_amd64 && architecture != "amd64") {
            continue;
        }
        const std::string target = "usr/" + std::string(folder);
        writer.make_directory(target);
        if (::symlink(target.c_str(), (root / folder).c_str()) != 0) {
            throw system_error("making symlink " + (root / folder).string(), errno);
        }
    }
}

}  // namespace kiln::exec::rootfs
