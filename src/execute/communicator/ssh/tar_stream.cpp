#include "execute/communicator/ssh/tar_stream.hpp"

#include "base/error.hpp"
#include "sys/unique_fd.hpp"

#include <algorithm>
#include <archive.h>
#include <archive_entry.h>
#include <cerrno>
#include <fcntl.h>
#include <memory>
#include <string>
#include <sys/stat.h>
#include <vector>

namespace kiln::exec {

namespace {

using Path = std::filesystem::path;

constexpr std::size_t kPieceBytes = std::size_t{256} << 10;

// Deeper than any tree that is meant; a symlink that leads to a folder above itself is not.
constexpr int kMaxDepth = 200;

struct FreeArchive {
    void operator()(archive* one) const { archive_free(one); }
};
struct FreeEntry {
    void operator()(archive_entry* entry) const { archive_entry_free(entry); }
};
using Archive = std::unique_ptr<archive, FreeArchive>;
using Entry = std::unique_ptr<archive_entry, FreeEntry>;

void check(archive* one, la_ssize_t code, const std::string& doing) {
    if (code < 0) {
        const char* reason = archive_error_string(one);
        throw Error(ErrorKind::io, doing + ": " + (reason == nullptr ? "failed" : reason));
    }
}

void throw_if_stopped(const std::stop_token& stop, const std::string& doing) {
    if (stop.stop_requested()) {
        throw Error(ErrorKind::interrupted, "interrupted while " + doing);
    }
}

class TarWriter {
public:
    TarWriter(const StreamWriter& write, const std::stop_token& stop)
        : write_(write), stop_(stop), archive_(archive_write_new()), buffer_(kPieceBytes) {
        archive_write_set_format_pax_restricted(archive_.get());
        archive_write_set_bytes_per_block(archive_.get(), static_cast<int>(kPieceBytes));
        archive_write_set_bytes_in_last_block(archive_.get(), 1);
        check(
            archive_.get(),
            archive_write_open2(archive_.get(), this, nullptr, take, nullptr, nullptr),
            "opening a tar stream"
        );
    }

    void add_folder(const Path& folder, const std::string& name, int depth) {
        if (depth > kMaxDepth) {
            throw Error(
                ErrorKind::input,
                "folders nested too deep, or a symlink in a circle: " + folder.string()
            );
        }
        std::vector<std::string> names;
        for (const auto& entry : std::filesystem::directory_iterator(folder)) {
            names.push_back(entry.path().filename().string());
        }
        std::sort(names.begin(), names.end());
        for (const std::string& child : names) {
            add(folder / child, name.empty() ? child : name + "/" + child, depth);
        }
    }

    void finish() {
        check(archive_.get(), archive_write_close(archive_.get()), "ending the stream");
    }

private:
    static la_ssize_t take(archive* one, void* self, const void* data, std::size_t size) {
        auto& writer = *static_cast<TarWriter*>(self);
        if (!writer.write_({static_cast<const char*>(data), size})) {
            archive_set_error(one, EPIPE, "the far end does not read any more");
            return -1;
        }
        return static_cast<la_ssize_t>(size);
    }

    void add(const Path& local, const std::string& name, int depth) {
        const std::string doing = "uploading " + local.string();
        throw_if_stopped(stop_, doing);
        const sys::UniqueFd source(
            ::open(local.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        );
        struct stat status {};
        if (!source || ::fstat(source.get(), &status) != 0) {
            throw system_error(doing, errno);
        }
        const bool is_folder = S_ISDIR(status.st_mode);
        if (!is_folder && !S_ISREG(status.st_mode)) {
            throw Error(ErrorKind::input, doing + ": neither a file nor a folder");
        }
        write_head(name, status, doing);
        if (is_folder) {
            add_folder(local, name, depth + 1);
        } else {
            write_content(source.get(), status.st_size, doing);
        }
    }

    void write_head(const std::string& name, const struct stat& status, const std::string& doing) {
        const Entry entry(archive_entry_new());
        const bool is_folder = S_ISDIR(status.st_mode);
        archive_entry_set_pathname(entry.get(), name.c_str());
        archive_entry_set_filetype(entry.get(), is_folder ? AE_IFDIR : AE_IFREG);
        archive_entry_set_perm(entry.get(), status.st_mode & 07777U);
        archive_entry_set_size(entry.get(), is_folder ? 0 : status.st_size);
        archive_entry_set_mtime(entry.get(), status.st_mtim.tv_sec, 0);
        check(archive_.get(), archive_write_header(archive_.get(), entry.get()), doing);
    }

    void write_content(int fd, std::int64_t size, const std::string& doing) {
        while (size > 0) {
            throw_if_stopped(stop_, doing);
            const auto wanted =
                std::min<std::int64_t>(size, static_cast<std::int64_t>(kPieceBytes));
            const ssize_t got = ::read(fd, buffer_.data(), static_cast<std::size_t>(wanted));
            if (got < 0) {
                throw system_error(doing, errno);
            }
            if (got == 0) {
                throw Error(ErrorKind::io, doing + ": the file became shorter meanwhile");
            }
            check(
                archive_.get(),
                archive_write_data(archive_.get(), buffer_.data(), static_cast<std::size_t>(got)),
                doing
            );
            size -= got;
        }
    }

    const StreamWriter& write_;
    const std::stop_token& stop_;
    Archive archive_;
    std::vector<char> buffer_;
};

class TarReader {
public:
    TarReader(const StreamReader& read, const std::stop_token& stop)
        : read_(read), stop_(stop), archive_(archive_read_new()) {
        archive_read_support_format_tar(archive_.get());
        check(
            archive_.get(),
            archive_read_open(archive_.get(), this, nullptr, give, nullptr),
            "reading the stream"
        );
    }

    void lay_below(const Path& folder) {
        const std::string doing = "downloading to " + folder.string();
        const Archive disk(archive_write_disk_new());
        archive_write_disk_set_options(
            disk.get(), ARCHIVE_EXTRACT_SECURE_NODOTDOT | ARCHIVE_EXTRACT_UNLINK
        );
        std::filesystem::create_directories(folder);
        archive_entry* entry = nullptr;
        int code = ARCHIVE_OK;
        while ((code = archive_read_next_header(archive_.get(), &entry)) != ARCHIVE_EOF) {
            throw_if_stopped(stop_, doing);
            check(archive_.get(), code, doing);
            lay(disk.get(), entry, folder, doing);
        }
    }

private:
    static la_ssize_t give(archive*, void* self, const void** data) {
        const std::string_view piece = static_cast<TarReader*>(self)->read_();
        *data = piece.data();
        return static_cast<la_ssize_t>(piece.size());
    }

    /// Where a name of the stream belongs; nothing for the folder itself.
    static Path inside(const Path& folder, const char* name, const std::string& doing) {
        const Path relative = Path(name).relative_path().lexically_normal();
        if (*relative.begin() == "..") {
            throw Error(ErrorKind::network, doing + ": the stream names a place outside: " + name);
        }
        return relative == "." || relative == "./" ? Path() : folder / relative;
    }

    void lay(archive* disk, archive_entry* entry, const Path& folder, const std::string& doing) {
        const auto type = archive_entry_filetype(entry);
        const Path target = inside(folder, archive_entry_pathname(entry), doing);
        if (target.empty()) {
            return;
        }
        if (const char* first = archive_entry_hardlink(entry)) {
            std::filesystem::copy_file(
                inside(folder, first, doing),
                target,
                std::filesystem::copy_options::overwrite_existing
            );
            return;
        }
        if (type != AE_IFREG && type != AE_IFDIR) {
            return;
        }
        archive_entry_set_pathname(entry, target.c_str());
        archive_entry_set_perm(entry, type == AE_IFDIR ? 0755 : 0644);
        check(disk, archive_write_header(disk, entry), doing);
        const void* data = nullptr;
        std::size_t size = 0;
        la_int64_t offset = 0;
        int code = ARCHIVE_OK;
        while ((code = archive_read_data_block(archive_.get(), &data, &size, &offset)) == ARCHIVE_OK
        ) {
            check(disk, archive_write_data_block(disk, data, size, offset), doing);
        }
        check(archive_.get(), code == ARCHIVE_EOF ? 0 : code, doing);
        check(disk, archive_write_finish_entry(disk), doing);
    }

    const StreamReader& read_;
    const std::stop_token& stop_;
    Archive archive_;
};

}  // namespace

void write_tar(const Path& folder, const StreamWriter& write, const std::stop_token& stop) {
    TarWriter writer(write, stop);
    writer.add_folder(folder, "", 0);
    writer.finish();
}

void read_tar(const Path& folder, const StreamReader& read, const std::stop_token& stop) {
    TarReader(read, stop).lay_below(folder);
}

}  // namespace kiln::exec
