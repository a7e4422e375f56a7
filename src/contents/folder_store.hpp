#pragma once

#include "contents/file_store.hpp"
#include "sys/unique_fd.hpp"

#include <memory>
#include <string>

namespace kiln::contents {

/// The files below a folder of the host. Symlinks never lead out of it. Other file systems that are
/// mounted below it are read too, except at dev, proc, run, sys and tmp, whose contents are the
/// running machine's and no image's. `root` is an open folder; `shown` is its name in messages.
std::unique_ptr<FileStore> make_folder_store(sys::UniqueFd root, std::string shown);

/// Opens a folder for the above.
sys::UniqueFd open_folder(const std::string& path);

}  // namespace kiln::contents
