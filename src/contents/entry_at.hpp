#pragma once

#include "contents/file_store.hpp"

#include <string>
#include <sys/stat.h>

namespace kiln::contents {

/// The entry `path` of `name` in an open folder, of which lstat(2) says `status`; its handle is not
/// set. `shown` is what messages call the tree. Throws Error when a symlink can not be read.
Entry entry_at(
    int folder_fd,
    const std::string& name,
    const struct stat& status,
    const std::string& path,
    const std::string& shown
);

/// Reads an open file to its end; `shown` is its name in messages. Throws Error.
void read_all(int fd, const ContentSink& sink, const std::string& shown);

}  // namespace kiln::contents
