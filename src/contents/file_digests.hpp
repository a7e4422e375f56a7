#pragma once

#include "contents/image_tree.hpp"

#include <stop_token>
#include <string>
#include <vector>

namespace kiln::contents {

struct FileDigest {
    std::string sha256;  ///< lower-case hex
    std::string sha1;    ///< "" where it was not asked for

    bool operator==(const FileDigest&) const = default;
};

enum class Digests { sha256, sha256_and_sha1 };

/// Digests of regular files, in the order of `files`. Several threads read, each piece by piece:
/// memory does not grow with the files.
std::vector<FileDigest> digest_files(
    ImageTree& tree,
    const std::vector<const Entry*>& files,
    Digests digests,
    const std::stop_token& stop
);

}  // namespace kiln::contents
