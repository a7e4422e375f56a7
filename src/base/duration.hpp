#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace kiln {

/// Go's duration text: "1h5m", "300ms", "-1.5h", "0". Nothing when it is none or overflows.
std::optional<std::chrono::nanoseconds> parse_go_duration(std::string_view text);

/// As Go prints one: "1h5m0s", "300ms", "0s".
std::string format_go_duration(std::chrono::nanoseconds duration);

/// The two largest non-zero units in words: "1 hour 4 minutes", "8 milliseconds 143 microseconds".
/// Scripts read this in the closing lines of a build, so it is spelled as Packer spells it.
std::string format_duration_words(std::chrono::nanoseconds duration);

}  // namespace kiln
