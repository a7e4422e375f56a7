#include "sys/guest_files.hpp"

#include "base/error.hpp"
#include "sys/file_system.hpp"
#include "sys/open_in_root.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <iterator>
#include <optional>
#include <string_view>
#include <sys/stat.h>

namespace kiln::sys {

namespace {

using Path = std::filesystem::path;

// invoke-rc.d asks this program before it starts a service; 101 is "not allowed"
// (/usr/share/doc/init-system-helpers/README.policy-rc.d.gz of Debian).
constexpr const char* kPolicyRcD = "#!/bin/sh\nexit 101\n";

constexpr const char* kResolvConf = "etc/resolv.conf";

// Where systemd-resolved(8) keeps what /etc/resolv.conf links to. resolvconf fills its own file.
constexpr std::string_view kResolverFiles[] = {
    "/run/systemd/resolve/stub-resolv.conf", "/run/systemd/resolve/resolv.conf"};

bool is_resolver_file(std::string_view path) {
    return std::find(std::begin(kResolverFiles), std::end(kResolverFiles), path) !=
           std::end(kResolverFiles);
}

// Writes a new file; the name must be free.
void write_new(int folder_fd, const std::string& name, const GuestFile& file) {
    const UniqueFd fd(::openat(
        folder_fd, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, file.mode
    ));
    const auto size = static_cast<ssize_t>(file.content.size());
    if (!fd || ::write(fd.get(), file.content.data(), file.content.size()) != size ||
        ::fchmod(fd.get(), file.mode) != 0) {
        throw system_error("writing /" + file.path + " for the sandbox", errno);
    }
}

// What the topmost of the layers that says anything says of `path`.
std::optional<struct stat> status_in_layers(const std::vector<Path>& lowers, const Path& path) {
    for (const Path& lower : lowers) {
        struct stat status {};
        if (::lstat((lower / path).c_str(), &status) == 0) {
            return status;
        }
    }
    return std::nullopt;
}

bool all_folders_or_missing(const std::vector<Path>& lowers, const Path& folder) {
    Path path;
    for (const Path& part : folder) {
        path /= part;
        const std::optional<struct stat> status = status_in_layers(lowers, path);
        if (status && !S_ISDIR(status->st_mode)) {
            return false;
        }
    }
    return true;
}

void copy_attributes(const struct stat& from, const Path& to) {
    const timespec times[] = {from.st_atim, from.st_mtim};
    if (::chown(to.c_str(), from.st_uid, from.st_gid) != 0 ||
        ::chmod(to.c_str(), from.st_mode & 07777U) != 0 ||
        ::utimensat(AT_FDCWD, to.c_str(), times, 0) != 0) {
        throw system_error("preparing " + to.string(), errno);
    }
}

UniqueFd open_folder(const Path& path) {
    UniqueFd fd(::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!fd) {
        throw system_error("opening folder " + path.string(), errno);
    }
    return fd;
}

// Where to bind over what is at `path` of a tree. A symlink into /run leads nowhere yet, but /run
// is empty in a sandbox and what is made there is gone with it.
std::optional<std::string> bind_target(
    int root_fd, int folder_fd, const Path& path, const struct stat& status
) {
    if (S_ISREG(status.st_mode)) {
        return "/" + path.string();
    }
    char link[4096];
    const ssize_t length = ::readlinkat(folder_fd, path.filename().c_str(), link, sizeof link);
    if (length <= 0) {
        return std::nullopt;
    }
    const std::string text(link, static_cast<std::size_t>(length));
    const std::string target = ("/" / path.parent_path() / text).lexically_normal();
    if (is_resolver_file(target)) {
        return std::nullopt;  // resolver_binds() has it
    }
    const UniqueFd existing(try_open_in_root(root_fd, target, O_PATH));
    return existing.get() >= 0 || target.starts_with("/run/") ? std::optional(target)
                                                              : std::nullopt;
}

}  // namespace

std::vector<GuestFile> sandbox_guest_files(const Path& resolv_conf) {
    std::vector<GuestFile> files = {{"usr/sbin/policy-rc.d", kPolicyRcD, 0755}};
    RealFileSystem real;
    if (real.status_followed(resolv_conf)) {
        files.push_back({kResolvConf, real.read_file(resolv_conf, 1 << 20), 0644});
    }
    return files;
}

std::vector<SandboxBind> resolver_binds(const Path& store, const std::vector<GuestFile>& files) {
    std::vector<SandboxBind> binds;
    for (const GuestFile& file : files) {
        if (file.path != kResolvConf) {
            continue;
        }
        write_new(open_folder(store).get(), "resolver", file);
        for (const std::string_view target : kResolverFiles) {
            binds.push_back({store / "resolver", std::string(target), true});
        }
    }
    return binds;
}

void write_guest_layer(
    const Path& layer, const std::vector<Path>& lowers, const std::vector<GuestFile>& files
) {
    RealFileSystem real;
    std::vector<Path> folders;
    for (const GuestFile& file : files) {
        const Path folder = Path(file.path).parent_path();
        if (!all_folders_or_missing(lowers, folder)) {
            continue;
        }
        real.make_directories(layer / folder, 0755);
        write_new(open_folder(layer / folder).get(), Path(file.path).filename().string(), file);
        for (Path path = folder; !path.empty(); path = path.parent_path()) {
            folders.push_back(path);
        }
    }
    // Last, as making what is in a folder changes its time.
    for (const Path& folder : folders) {
        if (const std::optional<struct stat> status = status_in_layers(lowers, folder)) {
            copy_attributes(*status, layer / folder);
        }
    }
}

GuestFilesInPlace::GuestFilesInPlace(
    Path tree, const Path& store, const std::vector<GuestFile>& files
)
    : tree_(std::move(tree)) {
    for (const GuestFile& file : files) {
        place(store, file);
    }
}

void GuestFilesInPlace::place(const Path& store, const GuestFile& file) {
    const UniqueFd root = open_folder(tree_);
    const Path path(file.path);
    const int folder = try_open_in_root(root.get(), path.parent_path(), O_PATH | O_DIRECTORY);
    if (folder < 0) {
        return;  // a tree without such a folder has no program that looks there
    }
    const UniqueFd folder_fd(folder);
    struct stat status {};
    if (::fstatat(folder, path.filename().c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
        write_new(folder, path.filename(), file);
        placed_.push_back(file);
        return;
    }
    const std::optional<std::string> target = bind_target(root.get(), folder, path, status);
    if (target) {
        const std::string name = path.filename();
        write_new(open_folder(store).get(), name, file);
        binds_.push_back({store / name, *target, true});
    }
}

void GuestFilesInPlace::take_away() {
    const UniqueFd root = open_folder(tree_);
    for (const GuestFile& file : placed_) {
        const Path path(file.path);
        const int folder = try_open_in_root(root.get(), path.parent_path(), O_PATH | O_DIRECTORY);
        if (folder < 0) {
            continue;
        }
        const UniqueFd folder_fd(folder);
        std::string content(file.content.size() + 1, '\0');
        const UniqueFd fd(::openat(
            folder, path.filename().c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
        ));
        const ssize_t count = fd ? ::read(fd.get(), content.data(), content.size()) : -1;
        content.resize(count < 0 ? 0 : static_cast<std::size_t>(count));
        if (content == file.content && ::unlinkat(folder, path.filename().c_str(), 0) != 0 &&
            errno != ENOENT) {
            throw system_error("removing /" + file.path + " of the sandbox", errno);
        }
    }
    placed_.clear();
}

}  // namespace kiln::sys
