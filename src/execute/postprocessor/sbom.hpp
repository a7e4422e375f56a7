#pragma once

#include "execute/post_processor.hpp"
#include "plan/options/sbom.hpp"

#include <memory>

namespace kiln::exec {

/// Reads the image among the artifact's files and adds its bill to them.
std::unique_ptr<PostProcessor> make_sbom_post_processor(plan::SbomOptions options);

}  // namespace kiln::exec
