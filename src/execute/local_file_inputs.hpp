#pragma once

#include "execute/build_context.hpp"
#include "execute/step_layers.hpp"

#include <vector>

namespace kiln::exec {

/// Notes those inputs of a step that are files of this host, with their digests, as used by the
/// build. Needs `context.inputs`.
void add_local_files(const BuildContext& context, const std::vector<StepInput>& inputs);

}  // namespace kiln::exec
