#include "disk/testing/ext4_listing.hpp"

#include "base/digest.hpp"
#include "disk/ext4_directory_io.hpp"

#include <ctime>
#include <fmt/format.h>

namespace kiln::disk::testing {
namespace {

std::string shown(const std::string& bytes) {
    return bytes.size() > 40 ? sha256_hex(bytes) : "\"" + bytes + "\"";
}

class Listing {
public:
    Listing(const std::filesystem::path& image, std::int64_t offset_bytes)
        : volume_(image, Ext4Geometry{.offset_bytes = offset_bytes}) {}

    std::map<std::string, std::string> run() {
        add("/", EXT2_ROOT_INO);
        return std::move(lines_);
    }

private:
    void add(const std::string& path, ext2_ino_t number) {
        InodeBytes bytes = volume_.read_inode(number);
        const ext2_inode_large& inode = bytes.inode;
        std::string line = fmt::format(
            "{} {:04o} {}:{} links={}",
            type_name(inode.i_mode),
            inode.i_mode & 07777U,
            inode_uid(inode),
            inode_gid(inode),
            inode.i_links_count
        );
        if (!LINUX_S_ISDIR(inode.i_mode)) {
            line += fmt::format(" size={}", EXT2_I_SIZE(&inode));
        }
        const std::int64_t epoch = std::int64_t{inode.i_mtime_extra & 3U} << 32;
        line += fmt::format(
            " mtime={}.{:09}",
            static_cast<std::int32_t>(inode.i_mtime) + epoch,
            inode.i_mtime_extra >> 2
        );
        line += payload(number, bytes) + xattrs(number);
        lines_[path] = line;
        if (LINUX_S_ISDIR(inode.i_mode)) {
            const DirectoryEntries entries = read_directory(volume_, number);
            for (const auto& [name, entry] : entries) {
                if (path != "/" || name != "lost+found" ||
                    !read_directory(volume_, entry.inode).empty()) {
                    add(path == "/" ? "/" + name : path + "/" + name, entry.inode);
                }
            }
        }
    }

    static std::string type_name(unsigned mode) {
        switch (mode & LINUX_S_IFMT) {
            case LINUX_S_IFREG:
                return "file";
            case LINUX_S_IFDIR:
                return "dir";
            case LINUX_S_IFLNK:
                return "symlink";
            case LINUX_S_IFCHR:
                return "char";
            case LINUX_S_IFBLK:
                return "block";
            case LINUX_S_IFIFO:
                return "fifo";
            case LINUX_S_IFSOCK:
                return "socket";
            default:
                return "?";
        }
    }

    std::string payload(ext2_ino_t number, InodeBytes& bytes) {
        const ext2_inode_large& inode = bytes.inode;
        if (LINUX_S_ISREG(inode.i_mode)) {
            return " " + shown(content(number));
        }
        if (LINUX_S_ISLNK(inode.i_mode)) {
            const auto* inlined = reinterpret_cast<const char*>(inode.i_block);
            const std::string target = EXT2_I_SIZE(&inode) < sizeof inode.i_block
                                           ? std::string(inlined, EXT2_I_SIZE(&inode))
                                           : content(number);
            return " -> " + shown(target);
        }
        if (LINUX_S_ISCHR(inode.i_mode) || LINUX_S_ISBLK(inode.i_mode)) {
            const std::uint32_t packed = inode.i_block[1];
            return inode.i_block[0] != 0
                       ? fmt::format(" {}:{}", inode.i_block[0] >> 8, inode.i_block[0] & 0xffU)
                       : fmt::format(
                             " {}:{}",
                             packed >> 8 & 0xfffU,
                             (packed & 0xffU) | (packed >> 12 & 0xfff00U)
                         );
        }
        return "";
    }

    std::string content(ext2_ino_t number) {
        ext2_file_t file = nullptr;
        check_ext2(ext2fs_file_open(volume_.fs(), number, 0, &file), "opening");
        __u64 size = 0;
        check_ext2(ext2fs_file_get_lsize(file, &size), "sizing");
        std::string bytes(size, '\0');
        unsigned got = 0;
        check_ext2(
            ext2fs_file_read(file, bytes.data(), static_cast<unsigned>(size), &got), "reading"
        );
        ext2fs_file_close(file);
        bytes.resize(got);
        return bytes;
    }

    std::string xattrs(ext2_ino_t number) {
        ext2_xattr_handle* handle = nullptr;
        check_ext2(ext2fs_xattrs_open(volume_.fs(), number, &handle), "opening attributes");
        check_ext2(ext2fs_xattrs_read(handle), "reading attributes");
        std::map<std::string, std::string> found;
        ext2fs_xattrs_iterate(
            handle,
            [](char* name, char* value, size_t size, void* result) {
                (*static_cast<std::map<std::string, std::string>*>(result))[name] =
                    std::string(value, size);
                return 0;
            },
            &found
        );
        ext2fs_xattrs_close(&handle);
        std::string text;
        for (const auto& [name, value] : found) {
            text += " " + name + "=" + shown(value);
        }
        return text;
    }

    Ext4Volume volume_;
    std::map<std::string, std::string> lines_;
};

}  // namespace

std::map<std::string, std::string> list_ext4(
    const std::filesystem::path& image, std::int64_t offset_bytes
) {
    return Listing(image, offset_bytes).run();
}

}  // namespace kiln::disk::testing
