#include "base/uuid.hpp"

#include "base/digest.hpp"

#include <utility>

namespace kiln {

std::string format_uuid(std::string bytes, unsigned version) {
    // RFC 4122, section 4.1.3 and 4.1.1: version in the high half of byte 6, variant 10 in byte 8.
    bytes[6] = static_cast<char>((static_cast<unsigned char>(bytes[6]) & 0x0FU) | version << 4U);
    bytes[8] = static_cast<char>((static_cast<unsigned char>(bytes[8]) & 0x3FU) | 0x80U);
    std::string text = to_hex(bytes);
    for (const std::size_t dash : {8U, 13U, 18U, 23U}) {
        text.insert(dash, 1, '-');
    }
    return text;
}

}  // namespace kiln
