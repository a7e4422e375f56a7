#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace kiln::disk {

/// The lowest `size` bytes of `value`, the lowest first.
inline void put_little_endian(
    std::string& bytes, std::size_t at, std::uint64_t value, std::size_t size
) {
    for (std::size_t i = 0; i < size; ++i) {
        bytes[at + i] = static_cast<char>(value >> (8 * i) & 0xff);
    }
}

/// The number that `size` bytes hold, the lowest first.
inline std::uint32_t get_little_endian(std::string_view bytes, std::size_t at, std::size_t size) {
    std::uint32_t value = 0;
    for (std::size_t i = size; i-- > 0;) {
        value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
    }
    return value;
}

}  // namespace kiln::disk
