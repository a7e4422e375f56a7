#include "hcl/functions/yaml_scalar.hpp"

#include "base/ascii.hpp"
#include "hcl/print.hpp"
#include "hcl/timestamp.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

namespace kiln::hcl::functions {

namespace {

template <std::size_t N>
bool is_one_of(std::string_view text, const std::string_view (&words)[N]) {
    return std::find(std::begin(words), std::end(words), text) != std::end(words);
}

// YAML 1.1's words, which Packer's decoder still takes: "yes" is true.
constexpr std::string_view kNulls[] = {"", "~", "null", "Null", "NULL"};
constexpr std::string_view kTrues[] = {
    "y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"};
constexpr std::string_view kFalses[] = {
    "n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"};
constexpr std::string_view kInfinities[] = {".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"};
constexpr std::string_view kNegativeInfinities[] = {"-.inf", "-.Inf", "-.INF"};
constexpr std::string_view kNotNumbers[] = {".nan", ".NaN", ".NAN"};

/// Digits after an optional sign; also ".5". What does not look like a number is text, although
/// the number's own reader would take it ("Inf", "1p5").
bool looks_like_number(std::string_view text) {
    const bool is_signed = text.starts_with('+') || text.starts_with('-');
    const std::string_view body = text.substr(is_signed ? 1 : 0);
    const bool starts = !body.empty() && (is_digit(body[0]) || (body[0] == '.' && body.size() > 1));
    return starts && std::all_of(body.begin(), body.end(), [](char c) {
               return is_digit(c) || c == '.' || c == '_' || c == 'e' || c == 'E' || c == '+' ||
                      c == '-';
           });
}

std::string without_underscores(std::string text) {
    std::erase(text, '_');
    return text;
}

/// "0b101", also with a sign; nothing for anything else.
std::optional<Number> parse_binary(std::string_view text) {
    const bool negative = text.starts_with('-');
    const std::string_view body = text.substr(negative || text.starts_with('+') ? 1 : 0);
    if (!body.starts_with("0b")) {
        return std::nullopt;
    }
    const std::optional<Number> number =
        Number::parse_integer(without_underscores(std::string(body.substr(2))), 2);
    return number && negative ? std::optional(-*number) : number;
}

std::optional<Number> parse_number(const std::string& text) {
    if (is_one_of(text, kInfinities) || is_one_of(text, kNegativeInfinities)) {
        return Number::infinity(text.starts_with('-'));
    }
    if (const auto binary = parse_binary(text)) {
        return binary;
    }
    return looks_like_number(text) ? Number::parse(without_underscores(text)) : std::nullopt;
}

std::optional<bool> parse_boolean(std::string_view text) {
    if (is_one_of(text, kTrues)) {
        return true;
    }
    return is_one_of(text, kFalses) ? std::optional(false) : std::nullopt;
}

}  // namespace

std::variant<Value, std::string> resolve_plain_scalar(const std::string& text) {
    if (is_one_of(text, kNulls)) {
        return Value::null();
    }
    if (const auto truth = parse_boolean(text)) {
        return Value::boolean(*truth);
    }
    if (is_one_of(text, kNotNumbers)) {
        return std::string("the number .nan is not supported");
    }
    if (const auto number = parse_number(text)) {
        return Value::number(*number);
    }
    if (const auto timestamp = parse_yaml_timestamp(text)) {
        return Value::string(format_rfc3339(*timestamp));
    }
    return Value::string(text);
}

std::variant<Value, std::string> resolve_tagged_scalar(
    const std::string& tag, const std::string& text
) {
    if (tag == "str" || tag == "binary") {
        return Value::string(text);
    }
    if (tag == "null" && is_one_of(text, kNulls)) {
        return Value::null();
    }
    if (const auto truth = parse_boolean(text); tag == "bool" && truth) {
        return Value::boolean(*truth);
    }
    if (const auto number = parse_number(text);
        number && (tag == "float" || (tag == "int" && number->is_integer()))) {
        return Value::number(*number);
    }
    if (const auto timestamp = parse_yaml_timestamp(text); tag == "timestamp" && timestamp) {
        return Value::string(format_rfc3339(*timestamp));
    }
    return quote_briefly(text) + " cannot be read as !!" + tag;
}

}  // namespace kiln::hcl::functions
