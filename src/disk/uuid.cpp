#include "disk/uuid.hpp"

#include "base/digest.hpp"
#include "base/error.hpp"

#include <algorithm>

namespace kiln::disk {
namespace {

// Digits before which the text form has a dash.
constexpr bool dash_before(std::size_t byte) {
    return byte == 4 || byte == 6 || byte == 8 || byte == 10;
}

int hex_value(char digit) {
    if (digit >= '0' && digit <= '9') {
        return digit - '0';
    }
    const char lower = static_cast<char>(digit | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

std::string derive_bytes(std::string_view seed, std::string_view purpose) {
    return Digest().field("kiln disk id").field(seed).field(purpose).finish_bytes();
}

}  // namespace

UuidBytes parse_uuid(std::string_view text) {
    const Error not_one(ErrorKind::input, "\"" + std::string(text) + "\" is not a UUID");
    if (text.size() != 36) {
        throw not_one;
    }
    UuidBytes bytes{};
    std::size_t at = 0;
    for (std::size_t byte = 0; byte < bytes.size(); ++byte) {
        if (dash_before(byte) && text[at++] != '-') {
            throw not_one;
        }
        const int high = hex_value(text[at]);
        const int low = hex_value(text[at + 1]);
        if (high < 0 || low < 0) {
            throw not_one;
        }
        bytes[byte] = static_cast<std::uint8_t>(high * 16 + low);
        at += 2;
    }
    return bytes;
}

std::string format_uuid(const UuidBytes& bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    for (std::size_t byte = 0; byte < bytes.size(); ++byte) {
        if (dash_before(byte)) {
            text += '-';
        }
        text += kDigits[bytes[byte] >> 4];
        text += kDigits[bytes[byte] & 15];
    }
    return text;
}

std::string derive_uuid(std::string_view seed, std::string_view purpose) {
    const std::string digest = derive_bytes(seed, purpose);
    UuidBytes bytes{};
    std::copy_n(digest.begin(), bytes.size(), bytes.begin());
    bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0f) | 0x40);  // version 4: RFC 4122, 4.4
    bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3f) | 0x80);
    return format_uuid(bytes);
}

std::uint32_t derive_serial(std::string_view seed, std::string_view purpose) {
    const std::string digest = derive_bytes(seed, purpose);
    std::uint32_t serial = 0;
    for (std::size_t byte = 0; byte < 4; ++byte) {
        serial = serial << 8 | static_cast<std::uint8_t>(digest[byte]);
    }
    return std::max<std::uint32_t>(serial, 1);
}

}  // namespace kiln::disk
