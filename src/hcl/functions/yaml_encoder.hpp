#pragma once

#include "hcl/value.hpp"

#include <string>

namespace kiln::hcl::functions {

/// One YAML document as Packer's yamlencode() writes it: block style, two spaces, sorted keys,
/// strings in double quotes or, when they have several lines, as literal blocks. The value must be
/// wholly known.
std::string to_yaml(const Value& value);

}  // namespace kiln::hcl::functions
