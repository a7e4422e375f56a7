#include "hcl/parser.hpp"
#include "hcl/scanner.hpp"

#include <cstdint>
#include <utf8proc.h>

namespace kiln::hcl {

namespace {

bool is_ascii_letter(char32_t c) {
    return (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z') || c == U'_';
}

constexpr std::uint32_t category_bit(utf8proc_category_t category) {
    return std::uint32_t{1} << static_cast<unsigned>(category);
}

constexpr std::uint32_t kStartCategories =
    category_bit(UTF8PROC_CATEGORY_LU) | category_bit(UTF8PROC_CATEGORY_LL) |
    category_bit(UTF8PROC_CATEGORY_LT) | category_bit(UTF8PROC_CATEGORY_LM) |
    category_bit(UTF8PROC_CATEGORY_LO) | category_bit(UTF8PROC_CATEGORY_NL);
constexpr std::uint32_t kContinueCategories =
    category_bit(UTF8PROC_CATEGORY_MN) | category_bit(UTF8PROC_CATEGORY_MC) |
    category_bit(UTF8PROC_CATEGORY_ND) | category_bit(UTF8PROC_CATEGORY_PC);

bool is_in(std::uint32_t categories, char32_t c) {
    const auto category = utf8proc_category(static_cast<utf8proc_int32_t>(c));
    return (categories & category_bit(category)) != 0;
}

// Unicode Standard Annex 31: letters and letter numbers, and those of Other_ID_Start.
bool starts_identifier(char32_t c) {
    if (c < 0x80) {
        return is_ascii_letter(c);
    }
    if (c == 0x1885 || c == 0x1886 || c == 0x2118 || c == 0x212E || c == 0x309B || c == 0x309C) {
        return true;
    }
    return is_in(kStartCategories, c) && c != 0x2E2F;  // a letter, but Pattern_Syntax
}

// The same annex: marks, digits, connectors, and those of Other_ID_Continue; HCL adds the dash.
bool continues_identifier(char32_t c) {
    if (c < 0x80) {
        return is_ascii_letter(c) || (c >= U'0' && c <= U'9') || c == U'-';
    }
    if (c == 0xB7 || c == 0x387 || (c >= 0x1369 && c <= 0x1371) || c == 0x19DA) {
        return true;
    }
    return is_in(kContinueCategories, c) || starts_identifier(c);
}

// Bytes of the code point at the start of `text`, 0 at the end and for invalid UTF-8.
std::size_t decode(std::string_view text, char32_t& code_point) {
    if (text.empty()) {
        return 0;
    }
    const auto first = static_cast<unsigned char>(text.front());
    if (first < 0x80) {
        code_point = first;
        return 1;
    }
    utf8proc_int32_t decoded = 0;
    const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
    const auto length =
        utf8proc_iterate(bytes, static_cast<utf8proc_ssize_t>(text.size()), &decoded);
    if (length <= 0) {
        return 0;
    }
    code_point = static_cast<char32_t>(decoded);
    return static_cast<std::size_t>(length);
}

}  // namespace

std::size_t identifier_length(std::string_view text) {
    char32_t code_point = 0;
    std::size_t length = decode(text, code_point);
    if (length == 0 || !starts_identifier(code_point)) {
        return 0;
    }
    while (true) {
        const std::size_t next = decode(text.substr(length), code_point);
        if (next == 0 || !continues_identifier(code_point)) {
            return length;
        }
        length += next;
    }
}

bool is_identifier(std::string_view text) {
    return !text.empty() && identifier_length(text) == text.size();
}

}  // namespace kiln::hcl
