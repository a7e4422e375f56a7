#pragma once

#include "contents/file_store.hpp"

#include <filesystem>
#include <memory>
#include <stop_token>

namespace kiln::contents {

/// The files of a tar of any compression. It is read once; contents wait in a file without a name
/// in `temp_parent`, which needs room for them and is gone with the store.
std::unique_ptr<FileStore> make_tar_store(
    const std::filesystem::path& tar,
    const std::filesystem::path& temp_parent,
    const std::stop_token& stop
);

}  // namespace kiln::contents
