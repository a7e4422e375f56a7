#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace kiln::report {

/// What decides whether output is coloured.
struct ColorWishes {
    std::optional<bool> flag = {};  ///< -color=true, -color=false; absent when not given
    bool packer_no_color = false;   ///< PACKER_NO_COLOR is set, to anything
    bool no_color = false;          ///< NO_COLOR is set and not empty (no-color.org)
    bool is_terminal = false;       ///< stdout is one
};

/// The flag decides where it is given. Packer colours pipes too; kiln does so only when asked by
/// -color=true, so that logs stay readable.
bool use_color(const ColorWishes& wishes);

/// The colour of the n-th build of a run, as the code that begins it: green, cyan, magenta,
/// yellow, blue, and again.
std::string_view build_color(std::size_t index);

inline constexpr std::string_view kErrorColor = "\033[1;31m";
inline constexpr std::string_view kColorEnd = "\033[0m";

/// The text without its colour codes.
std::string strip_colors(std::string_view text);

}  // namespace kiln::report
