#pragma once

#include "template/text/functions.hpp"
#include "template/text/syntax.hpp"

#include <string_view>

namespace kiln::tmpl::text {

/// How deeply actions and parentheses may nest.
inline constexpr int kMaxNesting = 100;

/// Reads a text template that calls `functions`. Throws Error with the place of the first mistake.
Nodes parse(std::string_view text, const FunctionMap& functions = packer_functions());

}  // namespace kiln::tmpl::text
