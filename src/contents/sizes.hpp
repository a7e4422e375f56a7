#pragma once

#include "contents/packages.hpp"

#include <string>

namespace kiln::contents {

/// What the files of an image take, by the package that owns them ("" for none) and by the folder
/// one or two levels down ("/usr/lib"), largest first, as JSON that reports draw:
/// {"packages": [{"name": "linux-image-6.1", "bytes": 1234}], "folders": [...]}.
/// Sizes are those of regular files as lstat(2) has them; each name of a hard link counts.
std::string sizes_json(
    const ImageTree& tree, const std::vector<Package>& packages, const Owners& owners
);
/// With the packages that its databases name. Throws what read_packages throws.
std::string sizes_json(ImageTree& tree, const ReadDoors& doors);

}  // namespace kiln::contents
