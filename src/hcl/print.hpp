#pragma once

#include "hcl/value.hpp"

#include <string>

namespace kiln::hcl {

/// As `packer console` prints a result: a string bare at the top and quoted inside, collections
/// over several lines, numbers that are not whole like C's %g.
std::string print_console(const Value& value);

/// On one line as it would be written in a template: `["a", 2]`, `{ a = 1 }`, `null`, `<unknown>`.
std::string print_compact(const Value& value);

/// A number as Go's %g of a float64 prints it: "1e+06", "3.14", "+Inf".
std::string print_general(double number);

}  // namespace kiln::hcl
