#pragma once

#include <cstdint>
#include <ctime>
#include <string>
#include <utility>
#include <vector>

namespace kiln {

/// One entry of a tar archive (POSIX.1-2001: ustar, with pax records for what it can not hold).
struct TarEntry {
    enum class Type : char {
        file = '0',
        hardlink = '1',
        symlink = '2',
        character_device = '3',
        block_device = '4',
        folder = '5',
        fifo = '6'
    };
    Type type = Type::file;
    std::string name;  ///< relative, without a slash at the end
    std::string link;  ///< what a symlink holds; the earlier entry that a hardlink is
    unsigned mode = 0644;
    std::int64_t size_bytes = 0;  ///< of the content that follows
    std::uint32_t owner = 0;
    std::uint32_t group = 0;
    timespec modified{};
    std::uint32_t device_major = 0;
    std::uint32_t device_minor = 0;
    /// Further pax records, key and value, in the order in which they are written.
    std::vector<std::pair<std::string, std::string>> records{};
};

/// What stands before the content of an entry. The content follows, and then tar_padding of it.
std::string tar_header(const TarEntry& entry);

/// The zeros that fill the last block of a content of `size_bytes`.
std::string tar_padding(std::int64_t size_bytes);

/// What ends an archive.
std::string tar_end();

}  // namespace kiln
