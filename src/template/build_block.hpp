#pragma once

#include "base/diagnostics.hpp"
#include "hcl/evaluate.hpp"
#include "hcl/syntax.hpp"
#include "template/template.hpp"

#include <optional>

namespace kiln::tmpl {

/// Reads a `build` block; its `dynamic` blocks have been expanded. `scope` is the template's.
/// Sources are looked up in `owner`. What is wrong in it is reported and left out.
BuildBlock read_build_block(
    const hcl::Block& block,
    const Template& owner,
    const hcl::Scope& scope,
    Diagnostics& diagnostics
);

}  // namespace kiln::tmpl
