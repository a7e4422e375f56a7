#pragma once

#include "base/diagnostics.hpp"
#include "hcl/functions.hpp"
#include "template/load.hpp"
#include "template/template.hpp"

#include <string>

namespace kiln::tmpl {

/// Reads a legacy JSON template (packer.json) into `out`: one build block whose sources are the
/// builders. Bodies hold literals, tuples and objects; their strings are text templates that are
/// rendered while planning. Mistakes are appended to `diagnostics`, all of those that can be found.
void load_legacy_template(
    const LoadRequest& request,
    const std::string& path,
    const hcl::FunctionEnvironment& world,
    SourceMap& sources,
    Template& out,
    Diagnostics& diagnostics
);

}  // namespace kiln::tmpl
