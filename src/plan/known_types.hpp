#pragma once

#include "base/diagnostics.hpp"
#include "template/template.hpp"

namespace kiln::plan {

/// Reports every builder, provisioner, post-processor and data source of the template, selected or
/// not, whose type nobody knows, and data sources that kiln can not read. Sources that no build
/// uses are not looked at.
void check_known_types(const tmpl::Template& source, Diagnostics& diagnostics);

}  // namespace kiln::plan
