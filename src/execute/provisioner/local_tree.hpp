#pragma once

#include "execute/build_context.hpp"
#include "execute/step_layers.hpp"

#include <string>
#include <vector>

namespace kiln::exec {

/// What an upload of `source`, a file or a folder of this host, depends on: for every file its path
/// as the template spells it ("files/etc/x"), its mode and a digest of its bytes. Symlinks are
/// followed, and where they lead counts too. Throws Error{not_found} that names a missing source.
std::vector<StepInput> local_tree_inputs(const BuildContext& context, const std::string& source);

}  // namespace kiln::exec
