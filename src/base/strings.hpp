#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kiln {

std::vector<std::string> split(std::string_view text, char separator);
std::string join(const std::vector<std::string>& parts, std::string_view separator);
std::string_view trim(std::string_view text);  ///< ASCII white space on both ends
/// What stands behind the last slash.
std::string base_name(std::string_view path);
bool equal_ignoring_case(std::string_view a, std::string_view b);  ///< ASCII letters
std::string replace_all(std::string text, std::string_view from, std::string_view to);

/// `text` in single quotes for a POSIX shell, inner quotes as '"'"' (the form Packer writes).
std::string shell_quote(std::string_view text);

/// Bytes that are not UTF-8 become U+FFFD, so that output of a command can be shown or written as
/// JSON.
std::string to_valid_utf8(std::string_view bytes);
bool is_valid_utf8(std::string_view bytes);
std::size_t count_code_points(std::string_view utf8);
/// Whether the byte begins a code point of UTF-8: it does not go on with one.
constexpr bool begins_code_point(char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
}

/// The candidate nearest to `wrong` by edit distance, when it is near enough to be meant.
std::optional<std::string> did_you_mean(
    std::string_view wrong, const std::vector<std::string>& candidates
);
/// "did you mean \"x\"?" or "".
std::string did_you_mean_hint(std::string_view wrong, const std::vector<std::string>& candidates);

/// Shell-like pattern over a whole text: `*` (any sequence, dots and slashes too), `?`, `[a-z]`,
/// `[!a]`, `\c`. The dialect of -only and -except.
bool glob_match(std::string_view pattern, std::string_view text);

}  // namespace kiln
