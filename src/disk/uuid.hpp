#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace kiln::disk {

using UuidBytes = std::array<std::uint8_t, 16>;  ///< in the order of the text form

/// "01234567-89ab-cdef-0123-456789abcdef" in either case. Throws kiln::Error (input) for others.
UuidBytes parse_uuid(std::string_view text);
std::string format_uuid(const UuidBytes& bytes);  ///< lower case

/// A UUID of the random kind (version 4) that is a function of `seed` and what it is for. Pure.
std::string derive_uuid(std::string_view seed, std::string_view purpose);

/// 32 bits in the same way, for FAT volume ids and MBR signatures; never 0.
std::uint32_t derive_serial(std::string_view seed, std::string_view purpose);

}  // namespace kiln::disk
