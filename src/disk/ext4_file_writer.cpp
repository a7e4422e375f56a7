#include "disk/ext4_file_writer.hpp"

#include "disk/ext4_directory.hpp"
#include "disk/ext4_inode.hpp"
#include "sys/data_ranges.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <string_view>
#include <unistd.h>

namespace kiln::disk {
namespace {

/// Without touching the access time where that is allowed: a layer of thousands of files would
/// otherwise have each of its inodes written again.
sys::UniqueFd open_file(const LayerDirectory& source, const std::string& name) {
    constexpr int kFlags = O_RDONLY | O_NOFOLLOW | O_CLOEXEC;
    sys::UniqueFd fd(::openat(source.fd(), name.c_str(), kFlags | O_NOATIME));
    if (fd.get() < 0 && errno == EPERM) {
        fd = sys::UniqueFd(::openat(source.fd(), name.c_str(), kFlags));
    }
    if (fd.get() < 0) {
        throw system_error("opening " + name, errno);
    }
    return fd;
}

void read_exactly(int fd, char* to, std::size_t size, const std::string& name) {
    while (size > 0) {
        const ssize_t got = ::read(fd, to, size);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            throw system_error("reading " + name, errno);
        }
        if (got == 0) {
            throw Error(ErrorKind::io, name + " became shorter while it was read");
        }
        to += got;
        size -= static_cast<std::size_t>(got);
    }
}

/// The header of a swap area ends the first page with this. A swap file must not have holes, so
/// its zeros are kept. (mm/swapfile.c, "swapon: swapfile has holes")
bool looks_like_swap(std::string_view start) {
    constexpr std::string_view kSignature = "SWAPSPACE2";
    constexpr std::size_t kPage = 4096;
    return start.size() >= kPage &&
           start.substr(kPage - kSignature.size(), kSignature.size()) == kSignature;
}

}  // namespace

FileWriter::FileWriter(Ext4Volume& volume, std::int64_t latest_time, const WriteControl& control)
    : volume_(volume), latest_time_(latest_time), control_(control), data_(volume) {}

ext2_ino_t FileWriter::write(
    const LayerDirectory& source, const LayerEntry& entry, ext2_ino_t preferred
) {
    const ext2_ino_t number = volume_.allocate_inode(false, preferred);
    InodeBytes inode = inode_from_status(entry.status, latest_time_);
    switch (entry.status.st_mode & S_IFMT) {
        case S_IFREG:
            write_content(source, entry, number, inode);
            break;
        case S_IFLNK:
            write_target(source, entry, number, inode);
            break;
        case S_IFCHR:
        case S_IFBLK:
            set_device_number(inode, entry.status.st_rdev);
            break;
        default:
            break;  // a FIFO or a socket is an inode and nothing else
    }
    volume_.write_inode(number, inode);
    write_xattrs(volume_, number, source.xattrs(entry.name).kept);
    return number;
}

void FileWriter::write_content(
    const LayerDirectory& source, const LayerEntry& entry, ext2_ino_t number, InodeBytes& inode
) {
    const std::int64_t size = entry.status.st_size;
    std::vector<BlockRun> runs;
    if (size > 0) {
        const sys::UniqueFd file = open_file(source, entry.name);
        const bool has_holes = entry.status.st_blocks * 512 < size;
        bool keep_zeros = false;
        std::int64_t at = 0;
        while (at < size) {
            throw_if_stopped(control_.stop);
            const std::span<char> space = data_.space();
            const std::size_t piece =
                static_cast<std::size_t>(std::min<std::int64_t>(std::ssize(space), size - at));
            read_exactly(file.get(), space.data(), piece, entry.name);
            keep_zeros = keep_zeros || (at == 0 && looks_like_swap({space.data(), piece}));
            data_.take(piece, static_cast<std::uint64_t>(at / kExt4BlockBytes), keep_zeros, runs);
            at += static_cast<std::int64_t>(piece);
            if (control_.on_bytes) {
                control_.on_bytes(static_cast<std::int64_t>(piece));
            }
            if (has_holes && !keep_zeros && at < size) {
                const std::int64_t data = sys::next_data(file.get(), at, size).begin;
                at = std::max(at, data / kExt4BlockBytes * kExt4BlockBytes);
                ::lseek(file.get(), at, SEEK_SET);
            }
        }
    }
    volume_.set_data_runs(number, inode, runs);
    check_ext2(ext2fs_inode_size_set(volume_.fs(), inode.small(), size), "sizing a file");
}

void FileWriter::write_target(
    const LayerDirectory& source, const LayerEntry& entry, ext2_ino_t number, InodeBytes& inode
) {
    const std::span<char> space = data_.space();
    const ssize_t length =
        ::readlinkat(source.fd(), entry.name.c_str(), space.data(), space.size());
    if (length < 0) {
        throw system_error("reading the symlink " + entry.name, errno);
    }
    const auto size = static_cast<std::size_t>(length);
    if (set_short_target(inode, {space.data(), size})) {
        return;
    }
    std::vector<BlockRun> runs;
    data_.take(size, 0, true, runs);
    volume_.set_data_runs(number, inode, runs);
    check_ext2(ext2fs_inode_size_set(volume_.fs(), inode.small(), length), "sizing a symlink");
}

void write_xattrs(Ext4Volume& volume, ext2_ino_t number, const std::vector<Xattr>& xattrs) {
    if (xattrs.empty()) {
        return;
    }
    ext2_xattr_handle* handle = nullptr;
    check_ext2(ext2fs_xattrs_open(volume.fs(), number, &handle), "opening extended attributes");
    errcode_t code = ext2fs_xattrs_read(handle);
    for (std::size_t i = 0; i < xattrs.size() && code == 0; ++i) {
        const Xattr& xattr = xattrs[i];
        code = ext2fs_xattr_set(handle, xattr.name.c_str(), xattr.value.data(), xattr.value.size());
    }
    ext2fs_xattrs_close(&handle);
    check_ext2(code, "storing extended attributes");
}

}  // namespace kiln::disk
