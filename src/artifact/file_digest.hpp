#pragma once

#include "base/digest.hpp"

#include <filesystem>
#include <stop_token>
#include <string>

namespace kiln::artifact {

/// Lower-case hex digest of a file's bytes. Holes are hashed as zeros without being read.
/// Throws kiln::Error (interrupted when `stop` is requested).
std::string file_digest(
    const std::filesystem::path& file,
    DigestAlgorithm algorithm = DigestAlgorithm::sha256,
    std::stop_token stop = {}
);

}  // namespace kiln::artifact
