#pragma once

#include "template/template.hpp"

#include <string>
#include <vector>

namespace kiln::plan {

/// What `inspect` prints of a template: input variables, local variables and builds with their
/// sources, provisioners and post-processors, in Packer's layout. Sensitive values are masked. The
/// parts are those that -machine-readable makes a line of each; every one ends with a newline.
std::vector<std::string> print_inspection(const tmpl::Template& source);

/// The same as a record: variables and locals (name, value, sensitive; a sensitive value is null),
/// builds (name, description, sources, provisioners, post_processors as lists of chains).
std::string print_inspection_json(const tmpl::Template& source);

/// The part of it that holds input and local variables: what `console` shows as `variables`.
std::string print_values(const tmpl::Template& source);

}  // namespace kiln::plan
