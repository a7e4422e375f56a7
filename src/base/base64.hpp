#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kiln {

/// The standard alphabet with padding, on one line.
std::string encode_base64(std::string_view bytes);

/// Line ends may stand anywhere; nothing for any other stray character and for missing or wrong
/// padding.
std::optional<std::string> decode_base64(std::string_view text);

}  // namespace kiln
