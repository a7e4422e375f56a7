#pragma once

#include "execute/post_processor.hpp"
#include "plan/options/checksum.hpp"

#include <memory>

namespace kiln::exec {

/// Writes the digests of the artifact's files, one output for each type.
std::unique_ptr<PostProcessor> make_checksum_post_processor(plan::ChecksumOptions options);

}  // namespace kiln::exec
