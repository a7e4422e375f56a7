#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace kiln::disk {

/// The lowest `size` bytes of `value`, the lowest first.
inline void put_little_endian(
    std::string& bytes, std::size_t at, std::uint64_t value, std::size_t size
) {
    for (std::size_t i = 0; i < size; ++i) {
        bytes[at + i] = static_cast<char>(value >> (8 * i) & 0xff);
    }
}

}  // namespace kiln::disk
