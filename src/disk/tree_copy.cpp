#include "disk/tree_copy.hpp"

#include "base/error.hpp"
#include "disk/file_system.hpp"
#include "disk/layer_directory.hpp"
#include "disk/layer_start.hpp"
#include "sys/data_ranges.hpp"
#include "sys/file_system.hpp"
#include "sys/unique_fd.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <map>
#include <memory>
#include <sys/xattr.h>
#include <unistd.h>
#include <utility>

namespace kiln::disk {
namespace {

constexpr std::size_t kPieceBytes = std::size_t{1} << 20U;

void check(int result, const char* attempted, const std::filesystem::path& path) {
    if (result != 0) {
        throw system_error(attempted + path.string(), errno);
    }
}

class TreeCopy {
public:
    TreeCopy(
        std::int64_t latest_time,
        const LayerTree& layer,
        const TreeSelection& selection,
        const WriteControl& control
    )
        : latest_time_(latest_time),
          layer_(layer),
          selection_(selection),
          control_(control),
          buffer_(std::make_unique<char[]>(kPieceBytes)) {}

    void run(const std::filesystem::path& target) {
        const LayerStart start = find_layer_start(layer_, selection_.subtree);
        if (start.clear_first) {
            clear(target);
        }
        if (start.status) {
            apply_directory(selection_.subtree, target, *start.status);
        }
    }

private:
    void apply_directory(
        const std::string& path, const std::filesystem::path& to, const struct stat& status
    );
    void apply(
        const LayerDirectory& source,
        const std::string& path,
        const std::filesystem::path& to,
        const LayerEntry& entry
    );
    void copy_file(
        const LayerDirectory& source, const std::filesystem::path& to, const LayerEntry& entry
    );
    void make_inode(
        const LayerDirectory& source, const std::filesystem::path& to, const LayerEntry& entry
    );
    void copy_content(
        const LayerDirectory& source, const std::filesystem::path& to, const LayerEntry& entry
    );
    void set_metadata(
        const std::filesystem::path& to, const struct stat& status, const LayerXattrs& xattrs
    ) const;
    void clear(const std::filesystem::path& directory);

    std::int64_t latest_time_;
    const LayerTree& layer_;
    const TreeSelection& selection_;
    const WriteControl& control_;
    std::unique_ptr<char[]> buffer_;
    sys::RealFileSystem files_;
    std::map<std::pair<dev_t, ino_t>, std::filesystem::path> linked_;
};

void TreeCopy::apply_directory(
    const std::string& path, const std::filesystem::path& to, const struct stat& status
) {
    throw_if_stopped(control_.stop);
    const LayerDirectory source(host_path(layer_, path));
    const LayerXattrs xattrs = source.xattrs("");
    if (xattrs.opaque) {
        clear(to);
    }
    const auto& excluded = selection_.excluded;
    if (std::find(excluded.begin(), excluded.end(), path) == excluded.end()) {
        for (const LayerEntry& entry : source.entries()) {
            apply(source, child_path(path, entry.name), to / entry.name, entry);
        }
    }
    // Last, because each name that came or went has changed the modification time.
    set_metadata(to, status, xattrs);
}

void TreeCopy::apply(
    const LayerDirectory& source,
    const std::string& path,
    const std::filesystem::path& to,
    const LayerEntry& entry
) {
    const std::optional<sys::FileStatus> old = files_.status(to);
    const bool both_directories =
        old && old->type == sys::FileType::directory && entry.is_directory();
    if (old && !both_directories) {
        files_.remove_tree(to);
    }
    if (entry.is_directory()) {
        if (!both_directories) {
            check(::mkdir(to.c_str(), 0700), "making directory ", to);
        }
        apply_directory(path, to, entry.status);
    } else if (!entry.is_whiteout()) {
        copy_file(source, to, entry);
    }
}

void TreeCopy::copy_file(
    const LayerDirectory& source, const std::filesystem::path& to, const LayerEntry& entry
) {
    const std::pair key(entry.status.st_dev, entry.status.st_ino);
    if (entry.status.st_nlink > 1) {
        if (const auto first = linked_.find(key); first != linked_.end()) {
            check(::link(first->second.c_str(), to.c_str()), "linking ", to);
            return;
        }
        linked_.emplace(key, to);
    }
    make_inode(source, to, entry);
    set_metadata(to, entry.status, source.xattrs(entry.name));
}

void TreeCopy::make_inode(
    const LayerDirectory& source, const std::filesystem::path& to, const LayerEntry& entry
) {
    if (S_ISREG(entry.status.st_mode)) {
        copy_content(source, to, entry);
    } else if (S_ISLNK(entry.status.st_mode)) {
        const std::string target =
            files_.read_symlink("/proc/self/fd/" + std::to_string(source.fd()) + "/" + entry.name);
        check(::symlink(target.c_str(), to.c_str()), "making symlink ", to);
    } else {
        check(::mknod(to.c_str(), entry.status.st_mode, entry.status.st_rdev), "making node ", to);
    }
}

void TreeCopy::copy_content(
    const LayerDirectory& source, const std::filesystem::path& to, const LayerEntry& entry
) {
    const std::int64_t size = entry.status.st_size;
    const sys::UniqueFd in(
        ::openat(source.fd(), entry.name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
    );
    const sys::UniqueFd out(::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!in || !out) {
        throw system_error("copying to " + to.string(), errno);
    }
    check(::ftruncate(out.get(), size), "sizing ", to);
    std::int64_t at = 0;
    while (at < size) {
        const sys::DataRange data = sys::next_data(in.get(), at, size);
        for (at = data.begin; at < data.end;) {
            throw_if_stopped(control_.stop);
            const auto wanted =
                std::min<std::size_t>(kPieceBytes, static_cast<std::size_t>(data.end - at));
            const ssize_t got = ::pread(in.get(), buffer_.get(), wanted, at);
            const ssize_t put =
                got <= 0 ? got
                         : ::pwrite(out.get(), buffer_.get(), static_cast<std::size_t>(got), at);
            if (put <= 0) {
                throw system_error("copying to " + to.string(), put < 0 ? errno : EIO);
            }
            at += put;
            if (control_.on_bytes) {
                control_.on_bytes(put);
            }
        }
    }
}

void TreeCopy::set_metadata(
    const std::filesystem::path& to, const struct stat& status, const LayerXattrs& xattrs
) const {
    check(::lchown(to.c_str(), status.st_uid, status.st_gid), "setting the owner of ", to);
    for (const Xattr& xattr : xattrs.kept) {
        check(
            ::lsetxattr(to.c_str(), xattr.name.c_str(), xattr.value.data(), xattr.value.size(), 0),
            "setting an attribute of ",
            to
        );
    }
    if (!S_ISLNK(status.st_mode)) {  // after the owner, whose change takes set-id bits away
        check(::chmod(to.c_str(), status.st_mode & 07777), "setting the mode of ", to);
    }
    const timespec latest{latest_time_, 0};
    const timespec time = status.st_mtim.tv_sec >= latest_time_ ? latest : status.st_mtim;
    const timespec times[2] = {time, time};
    check(
        ::utimensat(AT_FDCWD, to.c_str(), times, AT_SYMLINK_NOFOLLOW), "setting the time of ", to
    );
}

void TreeCopy::clear(const std::filesystem::path& directory) {
    for (const sys::DirectoryEntry& entry : files_.list_directory(directory)) {
        if (entry.name != kLostAndFound) {
            files_.remove_tree(directory / entry.name);
        }
    }
}

}  // namespace

void apply_layer_to_directory(
    const std::filesystem::path& target,
    std::int64_t latest_time,
    const LayerTree& layer,
    const TreeSelection& selection,
    const WriteControl& control
) {
    TreeCopy(latest_time, layer, selection, control).run(target);
}

}  // namespace kiln::disk
