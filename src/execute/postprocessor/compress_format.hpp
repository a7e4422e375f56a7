#pragma once

#include <optional>
#include <string>

namespace kiln::exec {

/// How files become one: put in an archive, compressed, or both.
struct CompressFormat {
    enum class Archive { none, tar, zip };
    enum class Compression { none, gzip, bgzf, lz4, xz, bzip2, zstd };

    Archive archive = Archive::none;
    Compression compression = Compression::none;

    bool operator==(const CompressFormat&) const = default;
};

/// What the endings of a path say, or those of `format` ("tar.gz") where it is given. As Packer
/// reads them: a path without a dot, or with an ending that says nothing, becomes a tar.gz. Beyond
/// Packer: "zst".
CompressFormat compress_format(const std::string& output, const std::optional<std::string>& format);

/// "tar.gz", "zip", "xz".
std::string to_string(const CompressFormat& format);

}  // namespace kiln::exec
