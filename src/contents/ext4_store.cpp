#include "contents/ext4_store.hpp"

#include "base/error.hpp"
#include "contents/ext4_io.hpp"
#include "disk/ext2_library.hpp"
#include "disk/file_system.hpp"

#include <set>
#include <utility>

namespace kiln::contents {
namespace {

constexpr std::size_t kExt4PieceBytes = std::size_t{256} << 10;

sys::FileType type_of_inode(unsigned mode) {
    switch (mode & LINUX_S_IFMT) {
        case LINUX_S_IFDIR:
            return sys::FileType::directory;
        case LINUX_S_IFLNK:
            return sys::FileType::symlink;
        case LINUX_S_IFCHR:
            return sys::FileType::character_device;
        case LINUX_S_IFBLK:
            return sys::FileType::block_device;
        case LINUX_S_IFIFO:
            return sys::FileType::fifo;
        case LINUX_S_IFSOCK:
            return sys::FileType::socket;
        default:
            return sys::FileType::regular;
    }
}

/// The first block pointer has an old device number (8 bits each), the second a new one.
std::string device_text(const ext2_inode_large& inode) {
    const std::uint32_t packed = inode.i_block[1];
    return inode.i_block[0] != 0
               ? std::to_string(inode.i_block[0] >> 8U) + ":" +
                     std::to_string(inode.i_block[0] & 0xffU)
               : std::to_string(packed >> 8U & 0xfffU) + ":" +
                     std::to_string((packed & 0xffU) | (packed >> 12U & 0xfff00U));
}

class Ext4Store final : public FileStore {
public:
    Ext4Store(
        std::shared_ptr<const disk::DiskFile> disk, std::int64_t offset_bytes, std::string shown
    )
        : disk_(std::move(disk)), offset_bytes_(offset_bytes), shown_(std::move(shown)) {
        check_ext2(open_ext4(disk_, offset_bytes_, &fs_), "opening");
    }
    ~Ext4Store() override {
        if (fs_ != nullptr) {
            ext2fs_free(fs_);
        }
    }
    Ext4Store(const Ext4Store&) = delete;
    Ext4Store& operator=(const Ext4Store&) = delete;

    std::vector<Entry> list() override {
        entries_.clear();
        folders_.clear();
        add_folder("", EXT2_ROOT_INO);
        return std::move(entries_);
    }

    void read(const Entry& entry, const ContentSink& sink) override {
        read_inode(static_cast<ext2_ino_t>(entry.handle), entry.path, sink);
    }

    std::unique_ptr<FileStore> another() override {
        return std::make_unique<Ext4Store>(disk_, offset_bytes_, shown_);
    }

private:
    struct Name {
        std::string name;
        ext2_ino_t inode;
    };

    void check_ext2(errcode_t code, const std::string& doing) const {
        if (code != 0) {
            throw disk::ext2_error(code, doing + " " + shown_)
                .set_hint("the image is damaged or not whole: e2fsck -fn tells more");
        }
    }

    static int collect_name(
        ext2_ino_t /*folder*/,
        int /*entry*/,
        ext2_dir_entry* entry,
        int /*offset*/,
        int /*block_size*/,
        char* /*buffer*/,
        void* result
    ) {
        const std::string name(
            static_cast<const char*>(entry->name),
            static_cast<std::size_t>(ext2fs_dirent_name_len(entry))
        );
        if (name != "." && name != "..") {
            static_cast<std::vector<Name>*>(result)->push_back({name, entry->inode});
        }
        return 0;
    }

    void add_folder(const std::string& path, ext2_ino_t number) {
        if (!folders_.insert(number).second) {
            throw Error(
                ErrorKind::input,
                shown_ + ": the folder /" + path + " is in two places, or within itself"
            )
                .set_hint("the file system is damaged: e2fsck -fn tells how");
        }
        std::vector<Name> names;
        check_ext2(
            ext2fs_dir_iterate2(fs_, number, 0, nullptr, &collect_name, &names),
            "reading the folder /" + path + " of"
        );
        for (const Name& name : names) {
            // The place where fsck puts what it finds is no part of anybody's tree.
            if (number != EXT2_ROOT_INO || name.name != disk::kLostAndFound) {
                add_entry(path.empty() ? name.name : path + "/" + name.name, name.inode);
            }
        }
    }

    void add_entry(std::string path, ext2_ino_t number) {
        ext2_inode_large inode{};
        check_ext2(
            ext2fs_read_inode_full(
                fs_, number, reinterpret_cast<ext2_inode*>(&inode), sizeof inode
            ),
            "reading the inode of /" + path + " in"
        );
        Entry entry;
        entry.path = path;
        entry.type = type_of_inode(inode.i_mode);
        entry.mode = inode.i_mode & 07777U;
        entry.uid = inode_uid(inode);
        entry.gid = inode_gid(inode);
        // The two low bits of the extra field go on where the 32 bits end.
        entry.modified = static_cast<std::int32_t>(inode.i_mtime) +
                         (static_cast<std::int64_t>(inode.i_mtime_extra & 3U) << 32U);
        entry.handle = number;
        if (entry.type == sys::FileType::regular) {
            entry.size_bytes = static_cast<std::int64_t>(EXT2_I_SIZE(&inode));
            entry.capability = capability_of(number, inode);
        } else if (entry.type == sys::FileType::symlink) {
            entry.target = target_of(number, inode, path);
        } else if (entry.type == sys::FileType::character_device || entry.type == sys::FileType::block_device) {
            entry.device = device_text(inode);
        }
        const bool is_folder = entry.type == sys::FileType::directory;
        entries_.push_back(std::move(entry));
        if (is_folder) {
            add_folder(path, number);
        }
    }

    std::string target_of(ext2_ino_t number, ext2_inode_large& inode, const std::string& path) {
        if (ext2fs_is_fast_symlink(reinterpret_cast<ext2_inode*>(&inode)) != 0) {
            return {reinterpret_cast<const char*>(&inode.i_block[0]), EXT2_I_SIZE(&inode)};
        }
        std::string target;
        read_inode(number, path, [&target](std::string_view piece) { target += piece; });
        return target;
    }

    std::string capability_of(ext2_ino_t number, const ext2_inode_large& inode) const {
        // Attributes are in a block of their own or behind the fields of a large inode.
        if (inode.i_file_acl == 0 && EXT2_INODE_SIZE(fs_->super) <= EXT2_GOOD_OLD_INODE_SIZE) {
            return "";
        }
        ext2_xattr_handle* handle = nullptr;
        check_ext2(ext2fs_xattrs_open(fs_, number, &handle), "reading attributes in");
        void* value = nullptr;
        std::size_t size = 0;
        errcode_t code = ext2fs_xattrs_read(handle);
        if (code == 0) {
            code = ext2fs_xattr_get(handle, "security.capability", &value, &size);
        }
        std::string capability;
        if (code == 0) {
            capability.assign(static_cast<const char*>(value), size);
            ext2fs_free_mem(&value);
        }
        ext2fs_xattrs_close(&handle);
        if (code != EXT2_ET_EA_KEY_NOT_FOUND) {
            check_ext2(code, "reading attributes in");
        }
        return capability;
    }

    void read_inode(ext2_ino_t number, const std::string& path, const ContentSink& sink) {
        ext2_file_t file = nullptr;
        const std::string doing = "reading /" + path + " of";
        check_ext2(ext2fs_file_open(fs_, number, 0, &file), doing);
        std::string piece(kExt4PieceBytes, '\0');
        errcode_t code = 0;
        try {
            for (;;) {
                unsigned got = 0;
                code =
                    ext2fs_file_read(file, piece.data(), static_cast<unsigned>(piece.size()), &got);
                if (code != 0 || got == 0) {
                    break;
                }
                sink({piece.data(), got});
            }
        } catch (...) {
            ext2fs_file_close(file);
            throw;
        }
        ext2fs_file_close(file);
        check_ext2(code, doing);
    }

    std::shared_ptr<const disk::DiskFile> disk_;
    std::int64_t offset_bytes_;
    std::string shown_;
    ext2_filsys fs_ = nullptr;
    std::vector<Entry> entries_;
    std::set<ext2_ino_t> folders_;
};

}  // namespace

std::unique_ptr<FileStore> make_ext4_store(
    std::shared_ptr<const disk::DiskFile> disk, std::int64_t offset_bytes, const std::string& shown
) {
    return std::make_unique<Ext4Store>(std::move(disk), offset_bytes, shown);
}

}  // namespace kiln::contents
