#pragma once

#include "execute/components.hpp"

#include <vector>

namespace kiln::exec {

/// Runs every chain of the build's post-processors on what the builder made and answers with the
/// artifacts that are kept. The files of all others are deleted. A failing post-processor ends its
/// chain only; when all are done one Error tells of every failure.
std::vector<artifact::Artifact> run_post_processors(
    BuildContext& context, const Components& components, const artifact::Artifact& built
);

}  // namespace kiln::exec
