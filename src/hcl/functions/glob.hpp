#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::hcl::functions {

/// The patterns that `{a,b}` groups stand for, without any: "x{1,2}" gives "x1" and "x2". Nothing
/// when a brace is not closed or the groups stand for too many.
std::optional<std::vector<std::string>> expand_braces(std::string_view pattern);

/// Whether a pattern of one path name can be read: brackets closed and not empty, no backslash at
/// its end.
bool is_valid_name_pattern(std::string_view pattern);

/// One name without slashes against a valid pattern of `*`, `?`, `[a-z]`, `[^a]`, `[!a]` and `\c`.
/// By code points.
bool match_name(std::string_view pattern, std::string_view name);

/// Whether the pattern is no plain name.
bool has_wildcards(std::string_view pattern);

}  // namespace kiln::hcl::functions
