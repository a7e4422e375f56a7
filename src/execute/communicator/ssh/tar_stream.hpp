#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>

namespace kiln::exec {

/// What files are read and sent in, in bytes.
constexpr std::size_t kPieceBytes = std::size_t{256} << 10;

/// Takes the next bytes of a stream; false when nobody reads them any more.
using StreamWriter = std::function<bool(std::string_view)>;
/// The next bytes of a stream, empty at its end. Valid until the next call.
using StreamReader = std::function<std::string_view()>;

/// Writes the contents of `folder` as a tar stream (POSIX pax), in the order of their names. As scp
/// does, symlinks are followed, modes are kept, owners and times are not, and what is neither a
/// file nor a folder is an error. Files whose names, relative to the folder, are in `left_out` do
/// not go along.
void write_tar(
    const std::filesystem::path& folder,
    const std::set<std::string>& left_out,
    const StreamWriter& write,
    const std::stop_token& stop
);

/// Lays the files of a tar stream, packed by gzip or not, below `folder`: files become 0644,
/// folders 0755. Nothing leads out of the folder, whatever the stream says; links and special files
/// are left out, as scp has none.
void read_tar(
    const std::filesystem::path& folder, const StreamReader& read, const std::stop_token& stop
);

}  // namespace kiln::exec
