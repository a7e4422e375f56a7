#pragma once

#include "hcl/value.hpp"

#include <string>
#include <string_view>

namespace kiln::hcl {

/// As `packer console` prints a result: a string bare at the top and quoted inside, collections
/// over several lines, numbers that are not whole like C's %g.
/// A collection of more than 4 MiB is named and not written out.
std::string print_console(const Value& value);

/// On one line as it would be written in a template: `["a", 2]`, `{ a = 1 }`, `null`, `<unknown>`.
std::string print_compact(const Value& value);

/// As Go's %g prints a float64 with as many digits as it needs: "1e+06", "3.14", "+Inf".
std::string print_general(double number);

/// As Go's %q: printable characters stay, others become \n, \x01, \u00a0.
std::string quote_go(std::string_view text);

/// The same for a message: a long text is cut after some 40 bytes and ends in `"...`.
std::string quote_briefly(std::string_view text);

/// As a string is written in a template: escapes, and `$${` where `${` is meant as text.
std::string quote_template(std::string_view text);

}  // namespace kiln::hcl
