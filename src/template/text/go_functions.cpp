#include "template/text/go_functions.hpp"

#include "base/ascii.hpp"
#include "template/text/values.hpp"

#include <algorithm>
#include <compare>
#include <fmt/format.h>
#include <optional>

namespace kiln::tmpl::text {

const std::string& string_argument(const Arguments& arguments, std::size_t index) {
    const std::string* text = as_string(arguments[index]);
    if (text == nullptr) {
        throw CallFailure{
            "argument " + std::to_string(index + 1) + " must be a string, not " +
            type_name(arguments[index])};
    }
    return *text;
}

std::int64_t integer_argument(const Arguments& arguments, std::size_t index) {
    const std::int64_t* number = as_integer(arguments[index]);
    if (number == nullptr) {
        throw CallFailure{
            "argument " + std::to_string(index + 1) + " must be a whole number, not " +
            type_name(arguments[index])};
    }
    return *number;
}

namespace {

// Values of one basic type compare; anything else is a mistake, as in Go.
std::partial_ordering compare(const TextValue& a, const TextValue& b) {
    if (a.data().index() != b.data().index()) {
        throw CallFailure{
            std::string("incompatible types for comparison: ") + type_name(a) + " and " +
            type_name(b)};
    }
    if (const std::string* text = as_string(a)) {
        return *text <=> *as_string(b);
    }
    if (const std::int64_t* number = as_integer(a)) {
        return *number <=> *as_integer(b);
    }
    if (const auto* real = std::get_if<double>(&a.data())) {
        return *real <=> std::get<double>(b.data());
    }
    if (const bool* truth = std::get_if<bool>(&a.data())) {
        return *truth == std::get<bool>(b.data()) ? std::partial_ordering::equivalent
                                                  : std::partial_ordering::unordered;
    }
    if (is_absent(a)) {
        return std::partial_ordering::equivalent;
    }
    throw CallFailure{std::string("a value of type ") + type_name(a) + " can not be compared"};
}

bool equals(const TextValue& a, const TextValue& b) {
    if (is_absent(a) != is_absent(b)) {
        return false;
    }
    return std::is_eq(compare(a, b));
}

std::partial_ordering order(const Arguments& a) {
    if (std::holds_alternative<bool>(a[0].data()) || is_absent(a[0])) {
        throw CallFailure{std::string("a value of type ") + type_name(a[0]) + " has no order"};
    }
    return compare(a[0], a[1]);
}

TextValue any_equal(const Arguments& a, const TextContext& /*context*/) {
    return std::any_of(a.begin() + 1, a.end(), [&](const TextValue& other) {
        return equals(a[0], other);
    });
}

TextValue length(const Arguments& a, const TextContext& /*context*/) {
    if (const std::string* text = as_string(a[0])) {
        return static_cast<std::int64_t>(text->size());
    }
    if (const TextList* list = as_list(a[0])) {
        return static_cast<std::int64_t>(list->size());
    }
    if (const TextMap* map = as_map(a[0])) {
        return static_cast<std::int64_t>(map->size());
    }
    throw CallFailure{std::string("a value of type ") + type_name(a[0]) + " has no length"};
}

std::size_t checked_index(std::int64_t index, std::size_t size) {
    if (index < 0 || static_cast<std::uint64_t>(index) >= size) {
        throw CallFailure{"index out of range: " + std::to_string(index)};
    }
    return static_cast<std::size_t>(index);
}

TextValue index(const Arguments& a, const TextContext& /*context*/) {
    TextValue value = a[0];
    for (std::size_t i = 1; i < a.size(); ++i) {
        TextValue next;
        if (const TextMap* map = as_map(value)) {
            const auto found = map->find(string_argument(a, i));
            next = found == map->end() ? TextValue() : found->second;
        } else if (const TextList* list = as_list(value)) {
            next = (*list)[checked_index(integer_argument(a, i), list->size())];
        } else if (const std::string* text = as_string(value)) {
            const std::size_t at = checked_index(integer_argument(a, i), text->size());
            next = static_cast<std::int64_t>(static_cast<unsigned char>((*text)[at]));
        } else {
            throw CallFailure{std::string("a value of type ") + type_name(value) + " has no index"};
        }
        value = next;
    }
    return value;
}

TextValue slice(const Arguments& a, const TextContext& /*context*/) {
    const std::string* text = as_string(a[0]);
    const TextList* list = as_list(a[0]);
    if (text == nullptr && list == nullptr) {
        throw CallFailure{std::string("a value of type ") + type_name(a[0]) + " can not be sliced"};
    }
    const std::size_t size = text != nullptr ? text->size() : list->size();
    const std::size_t begin = a.size() > 1 ? checked_index(integer_argument(a, 1), size + 1) : 0;
    const std::size_t end = a.size() > 2 ? checked_index(integer_argument(a, 2), size + 1) : size;
    if (begin > end) {
        throw CallFailure{
            "invalid slice: " + std::to_string(begin) + " is behind " + std::to_string(end)};
    }
    if (text != nullptr) {
        return text->substr(begin, end - begin);
    }
    const auto first = list->begin();
    return TextList(
        first + static_cast<std::ptrdiff_t>(begin), first + static_cast<std::ptrdiff_t>(end)
    );
}

// Go puts a space between two operands when neither is a string.
TextValue print(const Arguments& a, const TextContext& /*context*/) {
    std::string out;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const bool space = i > 0 && as_string(a[i]) == nullptr && as_string(a[i - 1]) == nullptr;
        out += (space ? " " : "") + (is_absent(a[i]) ? "<nil>" : to_text(a[i]));
    }
    return out;
}

TextValue print_line(const Arguments& a, const TextContext& /*context*/) {
    std::string out;
    for (std::size_t i = 0; i < a.size(); ++i) {
        out += (i > 0 ? " " : "") + (is_absent(a[i]) ? "<nil>" : to_text(a[i]));
    }
    return out + "\n";
}

TextValue print_format(const Arguments& a, const TextContext& /*context*/) {
    return print_formatted(string_argument(a, 0), Arguments(a.begin() + 1, a.end()));
}

std::string joined(const Arguments& a) {
    return *as_string(print(a, {}));
}

TextValue html(const Arguments& a, const TextContext& /*context*/) {
    std::string out;
    for (const char c : joined(a)) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&#34;";
                break;
            case '\'':
                out += "&#39;";
                break;
            case '\0':
                out += "\xEF\xBF\xBD";
                break;
            default:
                out += c;
        }
    }
    return out;
}

TextValue javascript(const Arguments& a, const TextContext& /*context*/) {
    std::string out;
    for (const char c : joined(a)) {
        constexpr std::string_view kEscaped = "<>\"'&=";
        if (c == '\\' || c == '\'' || c == '"') {
            out += std::string("\\") + c;
        } else if (kEscaped.find(c) != std::string_view::npos || static_cast<unsigned char>(c) < 0x20U) {
            out += fmt::format("\\u{:04X}", static_cast<unsigned char>(c));
        } else {
            out += c;
        }
    }
    return out;
}

TextValue query_escape(const Arguments& a, const TextContext& /*context*/) {
    std::string out;
    for (const char c : joined(a)) {
        const bool plain = is_alphanumeric(c) || c == '-' || c == '_' || c == '.' || c == '~';
        if (plain) {
            out += c;
        } else {
            out += c == ' ' ? "+" : fmt::format("%{:02X}", static_cast<unsigned char>(c));
        }
    }
    return out;
}

}  // namespace

FunctionMap go_functions() {
    return {
        {"eq", {2, kAnyNumber, any_equal}},
        {"ne",
         {2,
          2,
          [](const Arguments& a, const TextContext&) -> TextValue { return !equals(a[0], a[1]); }}},
        {"lt",
         {2,
          2,
          [](const Arguments& a, const TextContext&) -> TextValue {
              return std::is_lt(order(a));
          }}},
        {"le",
         {2,
          2,
          [](const Arguments& a, const TextContext&) -> TextValue {
              return std::is_lteq(order(a));
          }}},
        {"gt",
         {2,
          2,
          [](const Arguments& a, const TextContext&) -> TextValue {
              return std::is_gt(order(a));
          }}},
        {"ge",
         {2,
          2,
          [](const Arguments& a, const TextContext&) -> TextValue {
              return std::is_gteq(order(a));
          }}},
        {"not",
         {1,
          1,
          [](const Arguments& a, const TextContext&) -> TextValue { return !is_true(a[0]); }}},
        {"len", {1, 1, length}},
        {"index", {1, kAnyNumber, index}},
        {"slice", {1, 3, slice}},
        {"print", {0, kAnyNumber, print}},
        {"println", {0, kAnyNumber, print_line}},
        {"printf", {1, kAnyNumber, print_format}},
        {"html", {0, kAnyNumber, html}},
        {"js", {0, kAnyNumber, javascript}},
        {"urlquery", {0, kAnyNumber, query_escape}},
    };
}

}  // namespace kiln::tmpl::text
