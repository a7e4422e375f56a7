#pragma once

#include <cstddef>
#include <string>

namespace kiln {

inline constexpr std::size_t kUuidBytes = 16;

/// A UUID of RFC 4122 from 16 bytes, of which the version and variant bits are set here: random
/// bytes for version 4, a hash for version 5.
std::string format_uuid(std::string bytes, unsigned version);

}  // namespace kiln
