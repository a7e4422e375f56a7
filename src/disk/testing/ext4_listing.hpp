#pragma once

#include "disk/ext4_image.hpp"

#include <filesystem>
#include <map>
#include <string>

namespace kiln::disk::testing {

/// What an ext4 holds, read with libext2fs: path to one line, for comparing whole file systems.
///   "file 0644 0:0 links=1 size=3 mtime=1600000000.000000000 \"abc\""
///   "dir 0755 0:0 links=3 mtime=..." / "symlink ... -> target" / "char 0600 0:0 ... 1:5"
/// Contents of more than 40 bytes are shown as their SHA-256; attributes as " user.x=\"v\"".
/// lost+found is left out when it is empty.
std::map<std::string, std::string> list_ext4(
    const std::filesystem::path& image, std::int64_t offset_bytes
);

}  // namespace kiln::disk::testing
