#pragma once

#include "base/diagnostics.hpp"
#include "hcl/syntax.hpp"
#include "template/template.hpp"

#include <vector>

namespace kiln::tmpl {

/// Reads a `packer` block: checks `required_version` against the version that kiln stands for and
/// appends what `required_plugins` asks for.
void read_packer_block(
    const hcl::Block& block, std::vector<RequiredPlugin>& plugins, Diagnostics& diagnostics
);

}  // namespace kiln::tmpl
