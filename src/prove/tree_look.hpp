#pragma once

#include "contents/image_tree.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace kiln::prove {

/// A path as people write it: with a slash in front.
std::string shown(const std::string& path);

/// Whether it is a regular file that holds something.
bool has_content(const contents::Entry* entry);

/// The text of a file that is meant to be small; "" when there is none, or when it is larger than
/// any such file is.
std::string small_text(contents::ImageTree& tree, const std::string& path);

/// "3 files, 12 KiB: /var/log/a.log, /var/log/b.log and 1 more".
std::string list_files(const std::vector<const contents::Entry*>& files);

}  // namespace kiln::prove
