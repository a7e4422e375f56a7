#pragma once

#include "template/template.hpp"

#include <string>

namespace kiln::plan {

/// What `inspect` prints of a template: input variables, local variables and builds with their
/// sources, provisioners and post-processors, in Packer's layout. Sensitive values are masked.
/// Ends with a newline.
std::string print_inspection(const tmpl::Template& source);

/// The same as a record: variables and locals (name, value, sensitive; a sensitive value is null),
/// builds (name, description, sources, provisioners, post_processors as lists of chains).
std::string print_inspection_json(const tmpl::Template& source);

/// The first two parts of it, input and local variables: what `console` shows as `variables`.
std::string print_values(const tmpl::Template& source);

}  // namespace kiln::plan
