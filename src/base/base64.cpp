#include "base/base64.hpp"

#include <array>
#include <cstdint>

namespace kiln {

namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::uint32_t byte_at(std::string_view bytes, std::size_t at) {
    return at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : 0;
}

/// Value of each character, -1 for those outside the alphabet.
constexpr std::array<std::int8_t, 256> make_digit_values() {
    std::array<std::int8_t, 256> values{};
    values.fill(-1);
    for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
        values[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::int8_t>(i);
    }
    return values;
}

constexpr std::array<std::int8_t, 256> kDigitValues = make_digit_values();

}  // namespace

std::string encode_base64(std::string_view bytes) {
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        const std::uint32_t group =
            byte_at(bytes, at) << 16U | byte_at(bytes, at + 1) << 8U | byte_at(bytes, at + 2);
        text += kAlphabet[group >> 18U];
        text += kAlphabet[group >> 12U & 63U];
        text += at + 1 < bytes.size() ? kAlphabet[group >> 6U & 63U] : '=';
        text += at + 2 < bytes.size() ? kAlphabet[group & 63U] : '=';
    }
    return text;
}

std::optional<std::string> decode_base64(std::string_view text) {
    std::string bytes;
    std::uint32_t group = 0;
    std::size_t digits = 0;
    std::size_t padding = 0;
    for (const char c : text) {
        if (c == '\r' || c == '\n') {
            continue;
        }
        const std::int8_t value = kDigitValues[static_cast<unsigned char>(c)];
        if (c == '=' && digits % 4 >= 2) {
            ++padding;
        } else if (value < 0 || padding > 0) {
            return std::nullopt;
        }
        group = group << 6U | static_cast<std::uint32_t>(value < 0 ? 0 : value);
        if (++digits % 4 == 0) {
            for (std::size_t i = 0; i + padding < 3; ++i) {
                bytes += static_cast<char>(group >> (16U - 8U * i) & 0xFFU);
            }
            group = 0;
        }
    }
    return digits % 4 == 0 && padding <= 2 ? std::optional(bytes) : std::nullopt;
}

}  // namespace kiln
