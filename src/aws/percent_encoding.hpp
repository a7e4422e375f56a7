#pragma once

#include <string>
#include <string_view>

namespace kiln::aws {

/// RFC 3986 as SigV4 wants it: all but A-Z a-z 0-9 - . _ ~ becomes %XX with upper-case digits.
std::string percent_encode(std::string_view text);

/// The same for a path: slashes stay.
std::string percent_encode_path(std::string_view path);

}  // namespace kiln::aws
