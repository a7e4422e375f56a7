#include "execute/communicator/ssh/tar_stream.hpp"

#include "base/error.hpp"
#include "base/tar_header.hpp"
#include "execute/communicator/communicator.hpp"
#include "execute/stop.hpp"
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

struct FreeArchive {
    void operator()(archive* one) const { archive_free(one); }
};
using Archive = std::unique_ptr<archive, FreeArchive>;

void check(archive* one, la_ssize_t code, const std::string& doing) {
    if (code < 0) {
        const char* reason = archive_error_string(one);
        throw Error(ErrorKind::io, doing + ": " + (reason == nullptr ? "failed" : reason));
    }
}

class TarWriter {
public:
    TarWriter(
        const std::set<std::string>& left_out,
        const StreamWriter& write,
        const std::stop_token& stop
    )
        : left_out_(left_out), write_(write), stop_(stop), buffer_(kPieceBytes) {}

    void add_folder(const Path& folder, const std::string& name, int depth) {
        if (depth > kMaxTreeDepth) {
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
        gather(tar_end());
        flush();
    }

private:
    void add(const Path& local, const std::string& name, int depth) {
        if (left_out_.contains(name)) {
            return;
        }
        const std::string doing = "uploading " + local.string();
        throw_if_stopped(stop_, doing);
        const sys::UniqueFd source(
            ::open(local.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        );
        struct stat status {};
        if (!source || ::fstat(source.get(), &status) != 0) {
            throw system_error(doing, errno);
        }
        const unsigned mode = status.st_mode & 07777U;
        if (S_ISDIR(status.st_mode)) {
            gather(tar_header({TarEntry::Type::folder, name, "", mode, 0}));
            add_folder(local, name, depth + 1);
        } else if (S_ISREG(status.st_mode)) {
            gather(tar_header({TarEntry::Type::file, name, "", mode, status.st_size}));
            add_content(source.get(), status.st_size, doing);
            gather(tar_padding(status.st_size));
        } else {
            throw Error(ErrorKind::input, doing + ": neither a file nor a folder");
        }
    }

    void add_content(int fd, std::int64_t size, const std::string& doing) {
        while (size > 0) {
            throw_if_stopped(stop_, doing);
            if (used_ == buffer_.size()) {
                flush();
            }
            const auto wanted =
                std::min<std::int64_t>(size, static_cast<std::int64_t>(buffer_.size() - used_));
            const ssize_t got =
                ::read(fd, buffer_.data() + used_, static_cast<std::size_t>(wanted));
            if (got < 0) {
                throw system_error(doing, errno);
            }
            if (got == 0) {
                throw Error(ErrorKind::io, doing + ": the file became shorter meanwhile");
            }
            used_ += static_cast<std::size_t>(got);
            size -= got;
        }
    }

    /// Small pieces go out together: a folder of small files is no heap of small packets.
    void gather(const std::string& bytes) {
        if (buffer_.size() - used_ < bytes.size()) {
            flush();
        }
        std::copy(bytes.begin(), bytes.end(), buffer_.begin() + static_cast<std::ptrdiff_t>(used_));
        used_ += bytes.size();
    }

    void flush() {
        if (!write_({buffer_.data(), used_})) {
            throw Error(ErrorKind::network, "the far end does not read any more");
        }
        used_ = 0;
    }

    const std::set<std::string>& left_out_;
    const StreamWriter& write_;
    const std::stop_token& stop_;
    std::vector<char> buffer_;
    std::size_t used_ = 0;
};

class TarReader {
public:
    TarReader(const StreamReader& read, const std::stop_token& stop)
        : read_(read), stop_(stop), archive_(archive_read_new()) {
        archive_read_support_format_tar(archive_.get());
        // No other: some of libarchive's run programs for what a stream claims to be.
        archive_read_support_filter_gzip(archive_.get());
        check(
            archive_.get(),
            archive_read_open(archive_.get(), this, nullptr, give, nullptr),
            "reading the stream"
        );
    }

    void lay_below(const Path& folder) {
        const std::string doing = "downloading to " + folder.string();
        std::filesystem::create_directories(folder);
        archive_entry* entry = nullptr;
        int code = ARCHIVE_OK;
        while ((code = archive_read_next_header(archive_.get(), &entry)) != ARCHIVE_EOF) {
            throw_if_stopped(stop_, doing);
            check(archive_.get(), code, doing);
            lay(entry, folder, doing);
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

    void lay(archive_entry* entry, const Path& folder, const std::string& doing) {
        const Path target = inside(folder, archive_entry_pathname(entry), doing);
        if (target.empty()) {
            return;
        }
        const bool is_folder = archive_entry_filetype(entry) == AE_IFDIR;
        std::filesystem::create_directories(is_folder ? target : target.parent_path());
        if (const char* first = archive_entry_hardlink(entry)) {
            std::filesystem::copy_file(
                inside(folder, first, doing),
                target,
                std::filesystem::copy_options::overwrite_existing
            );
        } else if (archive_entry_filetype(entry) == AE_IFREG) {
            lay_file(target, doing);
        }
    }

    void lay_file(const Path& target, const std::string& doing) {
        // A link that stands there is replaced and not followed.
        std::filesystem::remove(target);
        const sys::UniqueFd file(
            ::open(target.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644)
        );
        if (!file) {
            throw system_error(doing, errno);
        }
        check(archive_.get(), archive_read_data_into_fd(archive_.get(), file.get()), doing);
    }

    const StreamReader& read_;
    const std::stop_token& stop_;
    Archive archive_;
};

}  // namespace

void write_tar(
    const Path& folder,
    const std::set<std::string>& left_out,
    const StreamWriter& write,
    const std::stop_token& stop
) {
    TarWriter writer(left_out, write, stop);
    writer.add_folder(folder, "", 0);
    writer.finish();
}

void read_tar(const Path& folder, const StreamReader& read, const std::stop_token& stop) {
    TarReader(read, stop).lay_below(folder);
}

}  // namespace kiln::exec
