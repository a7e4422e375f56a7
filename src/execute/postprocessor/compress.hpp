#pragma once

#include "execute/post_processor.hpp"
#include "plan/options/compress.hpp"

#include <memory>

namespace kiln::exec {

/// Writes one compressed file of the artifact's files; see CompressFormat.
std::unique_ptr<PostProcessor> make_compress_post_processor(plan::CompressOptions options);

}  // namespace kiln::exec
