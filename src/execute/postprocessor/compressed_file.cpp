#include "execute/postprocessor/compressed_file.hpp"

#include "base/error.hpp"
#include "execute/communicator/ssh/transfer_meter.hpp"
#include "execute/postprocessor/block_gzip.hpp"
#include "execute/stop.hpp"
#include "sys/data_ranges.hpp"
#include "sys/unique_fd.hpp"

#include <algorithm>
#include <archive.h>
#include <archive_entry.h>
#include <cerrno>
#include <exception>
#include <fcntl.h>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>

namespace kiln::exec {

namespace {

using Path = std::filesystem::path;
using Compression = CompressFormat::Compression;

constexpr std::int64_t kReadBytes = 1 << 20;

struct FreeWriter {
    void operator()(archive* writer) const { archive_write_free(writer); }
};
using Writer = std::unique_ptr<archive, FreeWriter>;

struct FreeEntry {
    void operator()(archive_entry* entry) const { archive_entry_free(entry); }
};

Error archive_failure(archive* writer, const Path& output) {
    const std::string doing = "writing " + output.string();
    const int number = archive_errno(writer);
    // Below zero are libarchive's own, which have no number of the system's.
    if (number > 0) {
        return system_error(doing, number);
    }
    const char* text = archive_error_string(writer);
    return {ErrorKind::io, doing + ": " + (text != nullptr ? text : "libarchive failed")};
}

/// A file that is read, from front to back.
struct Source {
    Path path;
    sys::UniqueFd fd;
    struct stat status {};
};

Source open_source(const Path& path) {
    Source source{path, sys::UniqueFd(::open(path.c_str(), O_RDONLY | O_CLOEXEC)), {}};
    if (!source.fd || ::fstat(source.fd.get(), &source.status) != 0) {
        throw system_error("reading " + path.string(), errno);
    }
    if (!S_ISREG(source.status.st_mode)) {
        throw Error(ErrorKind::input, "compressing " + path.string() + ": it is no regular file");
    }
    return source;
}

/// Reads files piece by piece and tells how far it is.
class MeteredReader {
public:
    MeteredReader(const BuildContext& context, std::string what, std::int64_t total)
        : context_(context),
          what_(std::move(what)),
          listener_([&context](
                        const std::string& doing, std::int64_t done, std::int64_t of, bool finished
                    ) {
              context.events.on_event(Progressed{
                  context.build.name, doing, done, of, Progressed::Unit::bytes, finished});
          }),
          meter_(listener_, what_, total) {}
    MeteredReader(const MeteredReader&) = delete;
    MeteredReader& operator=(const MeteredReader&) = delete;

    /// All bytes of the file; holes are not read, and come as zeros.
    void read(const Source& source, const std::function<void(std::string_view)>& take) {
        const std::int64_t size = source.status.st_size;
        const std::string zeros(kReadBytes, '\0');
        std::int64_t at = 0;
        while (at < size) {
            const sys::DataRange data = sys::next_data(source.fd.get(), at, size);
            while (at < data.begin) {
                const std::int64_t count = std::min(kReadBytes, data.begin - at);
                take(std::string_view(zeros).substr(0, static_cast<std::size_t>(count)));
                advance(at, count);
            }
            while (at < data.end) {
                const std::string_view bytes = read_at(source, at, data.end);
                take(bytes);
                advance(at, static_cast<std::int64_t>(bytes.size()));
            }
        }
    }

private:
    std::string_view read_at(const Source& source, std::int64_t at, std::int64_t end) {
        buffer_.resize(kReadBytes);
        const auto wanted = static_cast<std::size_t>(std::min(kReadBytes, end - at));
        const ssize_t got = ::pread(source.fd.get(), buffer_.data(), wanted, at);
        if (got < 0) {
            throw system_error("reading " + source.path.string(), errno);
        }
        if (got == 0) {
            throw Error(ErrorKind::io, source.path.string() + " became shorter while it was read");
        }
        return {buffer_.data(), static_cast<std::size_t>(got)};
    }

    void advance(std::int64_t& at, std::int64_t count) {
        at += count;
        throw_if_stopped(context_.stop, what_);
        meter_.add(static_cast<std::size_t>(count));
    }

    const BuildContext& context_;
    std::string what_;
    TransferListener listener_;
    TransferMeter meter_;
    std::string buffer_;
};

void check(int result, archive* writer, const Path& output) {
    if (result < ARCHIVE_WARN) {
        throw archive_failure(writer, output);
    }
}

void add_filter(archive* writer, Compression compression, int level) {
    const auto add = [&](int (*filter)(archive*), const char* name) {
        filter(writer);
        // Not each has all levels: the nearest it has.
        for (int nearest = level; nearest <= 9; ++nearest) {
            if (archive_write_set_filter_option(
                    writer, name, "compression-level", std::to_string(nearest).c_str()
                ) == ARCHIVE_OK) {
                break;
            }
        }
    };
    switch (compression) {
        case Compression::none:
        case Compression::bgzf:
            break;
        case Compression::gzip:
            add(archive_write_add_filter_gzip, "gzip");
            // No time in the header: the same files give the same bytes.
            archive_write_set_filter_option(writer, "gzip", "timestamp", nullptr);
            break;
        case Compression::lz4:
            add(archive_write_add_filter_lz4, "lz4");
            break;
        case Compression::xz:
            add(archive_write_add_filter_xz, "xz");
            // All processors.
            archive_write_set_filter_option(writer, "xz", "threads", "0");
            break;
        case Compression::bzip2:
            add(archive_write_add_filter_bzip2, "bzip2");
            break;
        case Compression::zstd:
            add(archive_write_add_filter_zstd, "zstd");
            break;
    }
}

void set_form(archive* writer, const CompressFormat& format, int level) {
    switch (format.archive) {
        case CompressFormat::Archive::none:
            archive_write_set_format_raw(writer);
            break;
        case CompressFormat::Archive::tar:
            archive_write_set_format_pax_restricted(writer);
            break;
        case CompressFormat::Archive::zip:
            archive_write_set_format_zip(writer);
            archive_write_set_format_option(
                writer, "zip", "compression-level", std::to_string(level).c_str()
            );
            break;
    }
    add_filter(writer, format.compression, level);
}

void write_header(
    archive* writer, const Source& source, const CompressFormat& format, const Path& output
) {
    const std::unique_ptr<archive_entry, FreeEntry> entry(archive_entry_new());
    archive_entry_copy_stat(entry.get(), &source.status);
    // Where the file lies and when it was read is no part of it.
    archive_entry_unset_atime(entry.get());
    archive_entry_unset_ctime(entry.get());
    archive_entry_set_dev(entry.get(), 0);
    archive_entry_set_ino(entry.get(), 0);
    archive_entry_set_nlink(entry.get(), 1);
    archive_entry_set_pathname(entry.get(), source.path.filename().c_str());
    archive_entry_set_size(entry.get(), source.status.st_size);
    if (format.archive == CompressFormat::Archive::tar) {
        const std::int64_t size = source.status.st_size;
        for (std::int64_t at = 0; at < size;) {
            const sys::DataRange data = sys::next_data(source.fd.get(), at, size);
            archive_entry_sparse_add_entry(entry.get(), data.begin, data.end - data.begin);
            at = data.end;
        }
    }
    check(archive_write_header(writer, entry.get()), writer, output);
}

/// A callback of libarchive's that gets what BGZF or the file is to hold.
class Output {
public:
    Output(Path path, Compression compression, int level)
        : path_(std::move(path)),
          fd_(::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644)) {
        if (!fd_) {
            throw system_error("writing " + path_.string(), errno);
        }
        if (compression == Compression::bgzf) {
            blocks_.emplace(level, [this](std::string_view bytes) { write_all(bytes); });
        }
    }

    static la_ssize_t take(archive* /*writer*/, void* self, const void* bytes, std::size_t size) {
        auto& output = *static_cast<Output*>(self);
        try {
            const std::string_view given(static_cast<const char*>(bytes), size);
            if (output.blocks_) {
                output.blocks_->add(given);
            } else {
                output.write_all(given);
            }
        } catch (...) {
            output.thrown_ = std::current_exception();
            return -1;
        }
        return static_cast<la_ssize_t>(size);
    }

    /// What `take` could not throw through libarchive.
    void rethrow() const {
        if (thrown_) {
            std::rethrow_exception(thrown_);
        }
    }

    void finish() {
        if (blocks_) {
            blocks_->finish();
        }
        if (::fsync(fd_.get()) != 0 && errno != EINVAL) {
            throw system_error("writing " + path_.string(), errno);
        }
    }

private:
    void write_all(std::string_view bytes) {
        while (!bytes.empty()) {
            const ssize_t count = ::write(fd_.get(), bytes.data(), bytes.size());
            if (count < 0 && errno != EINTR) {
                throw system_error("writing " + path_.string(), errno);
            }
            bytes.remove_prefix(count > 0 ? static_cast<std::size_t>(count) : 0);
        }
    }

    Path path_;
    sys::UniqueFd fd_;
    std::optional<BlockGzip> blocks_;
    std::exception_ptr thrown_;
};

}  // namespace

void write_compressed(
    const BuildContext& context,
    const std::vector<Path>& files,
    const Path& output,
    const CompressFormat& format,
    int level
) {
    std::vector<Source> sources;
    std::int64_t total = 0;
    for (const Path& file : files) {
        sources.push_back(open_source(file));
        total += sources.back().status.st_size;
    }
    Output file(output, format.compression, level);
    const Writer writer(archive_write_new());
    set_form(writer.get(), format, level);
    // Without this a raw file is filled up to a whole block.
    archive_write_set_bytes_in_last_block(writer.get(), 1);
    try {
        check(
            archive_write_open(writer.get(), &file, nullptr, &Output::take, nullptr),
            writer.get(),
            output
        );
        MeteredReader reader(context, "compressing to " + output.string(), total);
        for (const Source& source : sources) {
            write_header(writer.get(), source, format, output);
            // The zeros of holes, too: a tar leaves out those that its header tells of.
            reader.read(source, [&](std::string_view bytes) {
                if (archive_write_data(writer.get(), bytes.data(), bytes.size()) < 0) {
                    throw archive_failure(writer.get(), output);
                }
            });
            check(archive_write_finish_entry(writer.get()), writer.get(), output);
        }
        check(archive_write_close(writer.get()), writer.get(), output);
    } catch (const Error&) {
        // In closing, xz with several threads compresses all that it was given, and that may be
        // hundreds of MiB: it is given up. Nothing else is, as only closing frees what is held.
        if (format.compression == Compression::xz) {
            archive_write_fail(writer.get());
        }
        // A failure of the output is behind what libarchive makes of it.
        file.rethrow();
        throw;
    }
    file.rethrow();
    file.finish();
}

}  // namespace kiln::exec
