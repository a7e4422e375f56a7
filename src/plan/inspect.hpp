#pragma once

#include "template/template.hpp"

#include <string>

namespace kiln::plan {

/// What `inspect` prints of a template: input variables, local variables and builds with their
/// sources, provisioners and post-processors, in Packer's layout. Sensitive values are masked.
/// Ends with a newline.
std::string print_inspection(const tmpl::Template& source);

}  // namespace kiln::plan
