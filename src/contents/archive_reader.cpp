#include "contents/archive_reader.hpp"

#include "base/error.hpp"

namespace kiln::contents {

ArchiveReader open_archive(const std::filesystem::path& path, ArchiveFormat format) {
    constexpr std::size_t kBlockBytes = std::size_t{64} << 10;
    ArchiveReader reader(archive_read_new());
    if (archive_read_support_filter_all(reader.get()) < ARCHIVE_WARN ||
        (format == ArchiveFormat::tar
             ? archive_read_support_format_tar(reader.get())
             : archive_read_support_format_raw(reader.get())) < ARCHIVE_WARN ||
        archive_read_open_filename(reader.get(), path.c_str(), kBlockBytes) != ARCHIVE_OK) {
        throw_archive_failure(reader.get(), "opening " + path.string());
    }
    return reader;
}

bool holds_tar(const std::filesystem::path& path) {
    const ArchiveReader reader = open_archive(path, ArchiveFormat::raw);
    archive_entry* only = nullptr;
    if (archive_read_next_header(reader.get(), &only) < ARCHIVE_WARN) {
        throw_archive_failure(reader.get(), "reading " + path.string());
    }
    std::string start(512, '\0');
    const la_ssize_t got = archive_read_data(reader.get(), start.data(), start.size());
    if (got < 0) {
        throw_archive_failure(reader.get(), "reading " + path.string());
    }
    return start.compare(257, 5, "ustar") == 0;
}

void throw_archive_failure(archive* reader, const std::string& doing) {
    const char* const text = archive_error_string(reader);
    throw Error(ErrorKind::input, doing + ": " + (text != nullptr ? text : "libarchive failed"))
        .set_hint("the file is damaged or not whole; make or fetch it again");
}

}  // namespace kiln::contents
