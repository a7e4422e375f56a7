#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::hcl {

/// Normal form C, in which the language keeps every string. Text that is not UTF-8 stays as it is.
std::string normalize(std::string_view text);

/// What a reader takes for one character each: grapheme clusters. A byte that is not UTF-8 counts
/// as one. The views point into `text`.
std::vector<std::string_view> graphemes(std::string_view text);
std::size_t count_graphemes(std::string_view text);

/// The encoded code points, one view each; a byte that is not UTF-8 is one.
std::vector<std::string_view> code_points(std::string_view text);

std::string to_upper(std::string_view text);
std::string to_lower(std::string_view text);
/// The first letter of each word as a title letter, the rest as it is. In ASCII anything but a
/// letter, a digit or an underscore ends a word, beyond it only white space does.
std::string to_title(std::string_view text);

/// Without white space (of Unicode) on both ends.
std::string_view trim_white_space(std::string_view text);

/// Appends `code_point` in UTF-8.
void append_utf8(std::string& text, char32_t code_point);

}  // namespace kiln::hcl
