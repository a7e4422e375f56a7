#pragma once

#include "base/diagnostics.hpp"
#include "template/template.hpp"

namespace kiln::plan {

/// Reports every builder, provisioner, post-processor and data source of the template, selected or
/// not, whose type nobody knows. A type of a plugin that the template requires is the plugin's
/// affair: Packer's plugins name their types "PLUGIN" and "PLUGIN-SOMETHING". Sources that no build
/// uses are not looked at.
void check_known_types(const tmpl::Template& source, Diagnostics& diagnostics);

}  // namespace kiln::plan
