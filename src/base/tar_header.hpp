#pragma once

#include <cstdint>
#include <string>

namespace kiln {

/// One entry of a tar archive (POSIX.1-2001: ustar, with pax records for what it can not hold).
/// Owner, group and time are 0.
struct TarEntry {
    enum class Type : char { file = '0', symlink = '2', folder = '5' };
    Type type = Type::file;
    std::string name;  ///< relative, without a slash at the end
    std::string link;  ///< what a symlink holds
    unsigned mode = 0644;
    std::int64_t size_bytes = 0;
};

/// What stands before the content of an entry. The content follows, and then tar_padding of it.
std::string tar_header(const TarEntry& entry);

/// The zeros that fill the last block of a content of `size_bytes`.
std::string tar_padding(std::int64_t size_bytes);

/// What ends an archive.
std::string tar_end();

}  // namespace kiln
