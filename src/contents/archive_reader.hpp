#pragma once

#include <archive.h>
#include <filesystem>
#include <memory>
#include <string>

namespace kiln::contents {

struct FreeArchive {
    void operator()(archive* reader) const { archive_read_free(reader); }
};
using ArchiveReader = std::unique_ptr<archive, FreeArchive>;

/// A file of any compression that libarchive knows, before its first entry, which for `raw` is the
/// one file that was compressed.
enum class ArchiveFormat { tar, raw };
ArchiveReader open_archive(const std::filesystem::path& path, ArchiveFormat format);

/// Whether a file, once decompressed, begins as a tar does. libarchive itself takes what begins
/// with zeros, as disk images do, for an empty one.
bool holds_tar(const std::filesystem::path& path);

/// Throws what libarchive says of the last call, which was about `doing`.
[[noreturn]] void throw_archive_failure(archive* reader, const std::string& doing);

}  // namespace kiln::contents
