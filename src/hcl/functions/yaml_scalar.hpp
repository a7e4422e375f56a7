#pragma once

#include "hcl/value.hpp"

#include <string>
#include <variant>

namespace kiln::hcl::functions {

/// What a plain (unquoted, untagged) YAML scalar means: null, a bool, a number, a timestamp (a
/// string in RFC 3339), else the text itself. The error is a message.
std::variant<Value, std::string> resolve_plain_scalar(const std::string& text);

/// A scalar with a tag of YAML's own, as "int" for `!!int`.
std::variant<Value, std::string> resolve_tagged_scalar(
    const std::string& tag, const std::string& text
);

}  // namespace kiln::hcl::functions
