#pragma once

#include "execute/post_processor.hpp"
#include "plan/options/artifice.hpp"

#include <memory>

namespace kiln::exec {

/// Makes the files that match patterns the artifact, in the place of the builder's.
std::unique_ptr<PostProcessor> make_artifice_post_processor(plan::ArtificeOptions options);

}  // namespace kiln::exec
