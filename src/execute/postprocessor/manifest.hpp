#pragma once

#include "execute/post_processor.hpp"
#include "plan/options/manifest.hpp"

#include <memory>

namespace kiln::exec {

/// Adds an entry about the artifact to a JSON file, in Packer's layout.
std::unique_ptr<PostProcessor> make_manifest_post_processor(plan::ManifestOptions options);

}  // namespace kiln::exec
