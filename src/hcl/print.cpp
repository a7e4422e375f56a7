#include "hcl/print.hpp"

#include "base/units.hpp"
#include "hcl/convert.hpp"
#include "hcl/parser.hpp"
#include "hcl/unicode.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utf8proc.h>

namespace kiln::hcl {

namespace {

constexpr std::size_t kIndent = 2;

void append_hex(std::string& text, std::string_view prefix, char32_t code, int digits) {
    constexpr char kDigits[] = "0123456789abcdef";
    text += prefix;
    for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
        text += kDigits[(code >> shift) & 0xF];
    }
}

/// The letter of a two-character escape, or NUL when the character has none.
char escape_letter(char32_t c) {
    constexpr std::string_view kCharacters = "\a\b\f\n\r\t\v\\\"";
    constexpr std::string_view kLetters = "abfnrtv\\\"";
    const std::size_t at =
        c < 0x80 ? kCharacters.find(static_cast<char>(c)) : std::string_view::npos;
    return at == std::string_view::npos ? '\0' : kLetters[at];
}

bool is_printable(char32_t code) {
    const utf8proc_category_t category = utf8proc_category(static_cast<utf8proc_int32_t>(code));
    return code == ' ' || (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_SO);
}

char32_t decode(std::string_view encoded) {
    utf8proc_int32_t code = -1;
    const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(encoded.data());
    utf8proc_iterate(bytes, static_cast<utf8proc_ssize_t>(encoded.size()), &code);
    return static_cast<char32_t>(code);
}

void append_quoted_code_point(std::string& text, std::string_view encoded) {
    const char32_t code = decode(encoded);
    if (code == static_cast<char32_t>(-1)) {
        append_hex(text, "\\x", static_cast<unsigned char>(encoded[0]), 2);
    } else if (const char letter = escape_letter(code)) {
        text += {'\\', letter};
    } else if (is_printable(code)) {
        text += encoded;
    } else if (code < 0x80) {
        append_hex(text, "\\x", code, 2);
    } else if (code < 0x10000) {
        append_hex(text, "\\u", code, 4);
    } else {
        append_hex(text, "\\U", code, 8);
    }
}

std::string console(const Value& value, std::size_t depth, bool quote);

std::string console_number(const Number& number) {
    const auto whole = number.to_int64();
    return whole ? std::to_string(*whole) : print_general(number.to_double());
}

std::string console_elements(const Elements& elements, std::size_t depth) {
    if (elements.empty()) {
        return "[]";
    }
    std::string text = "[\n";
    for (const Value& element : elements) {
        text += std::string(kIndent * (depth + 1), ' ') + console(element, depth + 1, true) + ",\n";
    }
    return text + std::string(kIndent * depth, ' ') + "]";
}

/// Members that are null are left out, as Packer does.
std::string console_members(const Members& members, std::size_t depth) {
    const auto is_null = [](const auto& member) { return member.second.is_null(); };
    if (std::all_of(members.begin(), members.end(), is_null)) {
        return "{}";
    }
    std::string text = "{\n";
    for (const auto& [key, member] : members) {
        if (member.is_null()) {
            continue;
        }
        text += std::string(kIndent * (depth + 1), ' ') + quote_go(key) + " = " +
                console(member, depth + 1, true) + "\n";
    }
    return text + std::string(kIndent * depth, ' ') + "}";
}

std::string console(const Value& value, std::size_t depth, bool quote) {
    if (!value.is_known()) {
        return "<unknown>";
    }
    if (value.is_null()) {
        return "null";
    }
    switch (value.kind()) {
        case TypeKind::string:
            return quote ? quote_go(value.as_string()) : value.as_string();
        case TypeKind::number:
            return console_number(value.as_number());
        case TypeKind::boolean:
            return value.as_boolean() ? "true" : "false";
        case TypeKind::list:
        case TypeKind::set:
        case TypeKind::tuple:
            return console_elements(value.elements(), depth);
        case TypeKind::map:
        case TypeKind::object:
            return console_members(value.members(), depth);
        case TypeKind::dynamic:
            break;
    }
    return {};
}

std::string compact_elements(const Elements& elements) {
    std::string text = "[";
    for (const Value& element : elements) {
        text += (text.size() == 1 ? "" : ", ") + print_compact(element);
    }
    return text + "]";
}

std::string compact_members(const Members& members) {
    if (members.empty()) {
        return "{}";
    }
    std::string text = "{ ";
    for (const auto& [key, member] : members) {
        text += (text.size() == 2 ? "" : ", ") + (is_identifier(key) ? key : quote_template(key)) +
                " = " + print_compact(member);
    }
    return text + " }";
}

}  // namespace

std::string print_general(double number) {
    if (std::isinf(number)) {
        return number < 0 ? "-Inf" : "+Inf";
    }
    if (std::isnan(number)) {
        return "NaN";
    }
    char buffer[32];
    char* const end = buffer + sizeof buffer;
    char* const scientific = std::to_chars(buffer, end, number, std::chars_format::scientific).ptr;
    const std::string text(buffer, scientific);
    const int exponent = std::stoi(text.substr(text.find('e') + 1));
    // Go's bounds between the two forms when the precision is "as many as needed".
    if (exponent < -4 || exponent >= 6) {
        return text;
    }
    char* const plain = std::to_chars(buffer, end, number, std::chars_format::fixed).ptr;
    return std::string(buffer, plain);
}

std::string quote_go(std::string_view text) {
    std::string quoted = "\"";
    for (const std::string_view encoded : code_points(text)) {
        append_quoted_code_point(quoted, encoded);
    }
    return quoted + "\"";
}

std::string quote_briefly(std::string_view text) {
    constexpr std::size_t kMaxBytes = 40;
    std::string_view shown;
    for (const std::string_view point : code_points(text)) {
        if (shown.size() + point.size() > kMaxBytes) {
            break;
        }
        shown = text.substr(0, shown.size() + point.size());
    }
    return quote_go(shown) + (shown.size() < text.size() ? "..." : "");
}

std::string quote_template(std::string_view text) {
    std::string quoted = "\"";
    const std::vector<std::string_view> points = code_points(text);
    for (std::size_t i = 0; i < points.size(); ++i) {
        const char32_t code = decode(points[i]);
        const bool introduces =
            (code == '$' || code == '%') && i + 1 < points.size() && points[i + 1] == "{";
        const bool has_escape =
            code == '\n' || code == '\r' || code == '\t' || code == '"' || code == '\\';
        if (has_escape) {
            quoted += {'\\', escape_letter(code)};
        } else if (code < 0x20 || code == 0x7F) {
            append_hex(quoted, "\\u", code, 4);
        } else {
            quoted += introduces ? std::string(points[i]) : "";
            quoted += points[i];
        }
    }
    return quoted + "\"";
}

std::string print_console(const Value& value) {
    // Parts that are shared are written out each time, and once more indented.
    constexpr std::size_t kMostPrinted = std::size_t{4} << 20;
    const bool is_text = value.has(TypeKind::string);
    if (!is_text && value.written_size() > kMostPrinted) {
        return "<" + friendly_name(value.type()) + " of " +
               format_bytes(static_cast<std::int64_t>(value.written_size())) + ">";
    }
    return console(value, 0, false);
}

std::string print_compact(const Value& value) {
    if (!value.is_known()) {
        return "<unknown>";
    }
    if (value.is_null()) {
        return "null";
    }
    switch (value.kind()) {
        case TypeKind::string:
            return quote_template(value.as_string());
        case TypeKind::number:
        case TypeKind::boolean:
            return *to_text(value);
        case TypeKind::list:
        case TypeKind::set:
        case TypeKind::tuple:
            return compact_elements(value.elements());
        case TypeKind::map:
        case TypeKind::object:
            return compact_members(value.members());
        case TypeKind::dynamic:
            break;
    }
    return {};
}

}  // namespace kiln::hcl
