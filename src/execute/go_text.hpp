#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::exec {

// Texts that users know in the form Go gives them.

/// As Go's %q: in double quotes, quotes, backslashes and control characters escaped.
std::string go_quote(std::string_view text);

/// As Go's %v of a slice of numbers: "[0 2]".
std::string go_list(const std::vector<std::int64_t>& numbers);

/// As Go's Sprintf with two strings, for env_var_format: %s and %v take them in turn, %[1]s and
/// %[2]s by number, %q quotes, %% is a percent sign. Any other verb stays as it is.
std::string go_format(std::string_view format, std::string_view first, std::string_view second);

}  // namespace kiln::exec
