#include "hcl/convert.hpp"
#include "hcl/functions/format_directive.hpp"
#include "hcl/functions/library.hpp"
#include "hcl/json.hpp"
#include "hcl/print.hpp"
#include "hcl/unicode.hpp"

#include <algorithm>
#include <utility>

namespace kiln::hcl::functions {

namespace {

/// A formatted argument or why it cannot be formatted so.
struct Formatted {
    std::string text;
    std::string error;
};

std::string pad(const Directive& directive, const std::string& text) {
    const auto width = static_cast<std::size_t>(directive.width.value_or(0));
    const std::size_t length = count_graphemes(text);
    if (length >= width) {
        return text;
    }
    if (directive.minus) {
        return text + std::string(width - length, ' ');
    }
    return std::string(width - length, directive.zero ? '0' : ' ') + text;
}

std::string cut(const Directive& directive, const std::string& text) {
    if (!directive.precision || directive.bare_point) {
        return text;
    }
    const std::vector<std::string_view> characters = graphemes(text);
    const auto count = std::min(characters.size(), static_cast<std::size_t>(*directive.precision));
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < count; ++i) {
        bytes += characters[i].size();
    }
    return text.substr(0, bytes);
}

Formatted format_text(const Directive& directive, const Value& value) {
    const Conversion conversion = convert(value, Type::string());
    if (!conversion) {
        return {{}, conversion.error};
    }
    const std::string text = cut(directive, conversion.value->as_string());
    return {pad(directive, directive.verb == 'q' ? to_json_string(text) : text), {}};
}

/// %v: strings as they are, numbers like %g, everything else as JSON; %#v is JSON throughout.
Formatted format_value(const Directive& directive, const Value& value) {
    if (directive.sharp || value.is_null()) {
        return {pad(directive, to_json(value)), {}};
    }
    if (value.has(TypeKind::number)) {
        return {pad(directive, value.as_number().to_general(std::nullopt)), {}};
    }
    const std::optional<std::string> text = to_text(value);
    return {pad(directive, text ? *text : to_json(value)), {}};
}

Formatted format_boolean(const Value& value) {
    const Conversion conversion = convert(value, Type::boolean());
    return conversion ? Formatted{*to_text(*conversion.value), {}}
                      : Formatted{{}, conversion.error};
}

std::string sign_of(const Directive& directive, bool negative) {
    if (negative) {
        return "-";
    }
    return directive.plus ? "+" : (directive.space ? " " : "");
}

int base_of(char verb) {
    switch (verb) {
        case 'b':
            return 2;
        case 'o':
            return 8;
        case 'x':
        case 'X':
            return 16;
        default:
            return 10;
    }
}

std::string base_prefix(const Directive& directive) {
    if (!directive.sharp || directive.verb == 'd') {
        return {};
    }
    return directive.verb == 'o' ? "0" : std::string("0") + directive.verb;
}

std::string to_upper_ascii(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    return text;
}

std::string format_whole(const Directive& directive, const Number& number) {
    std::string digits = number.abs().to_string_in_base(base_of(directive.verb));
    if (directive.verb == 'X') {
        digits = to_upper_ascii(std::move(digits));
    }
    if (directive.precision == 0 && number.is_zero()) {
        return {};
    }
    const std::string head = sign_of(directive, number.sign() < 0) + base_prefix(directive);
    const auto least = static_cast<std::size_t>(directive.precision.value_or(0));
    std::size_t zeros = least > digits.size() ? least - digits.size() : 0;
    const auto width = static_cast<std::size_t>(directive.width.value_or(0));
    const std::size_t length = head.size() + zeros + digits.size();
    if (directive.zero && !directive.minus && !directive.precision && width > length) {
        zeros = width - length;
    }
    Directive blanks = directive;
    blanks.zero = false;
    return pad(blanks, head + std::string(zeros, '0') + digits);
}

std::string format_fraction(const Directive& directive, const Number& number) {
    const Number magnitude = number.abs();
    std::string digits;
    switch (directive.verb) {
        case 'f':
            digits = magnitude.to_fixed(directive.precision.value_or(6));
            break;
        case 'e':
        case 'E':
            digits = magnitude.to_scientific(directive.precision.value_or(6));
            break;
        default:
            digits = magnitude.to_general(directive.precision);
    }
    std::string sign = sign_of(directive, number.sign() < 0);
    if (number.is_infinite()) {
        // An infinity always has a sign, and zeros in front of it would make no sense.
        sign = sign.empty() ? "+" : sign;
        digits = digits.substr(1);
    } else if (directive.verb == 'E' || directive.verb == 'G') {
        digits = to_upper_ascii(std::move(digits));
    }
    Directive padding = directive;
    padding.zero = directive.zero && !directive.minus && !number.is_infinite();
    if (!padding.zero) {
        return pad(padding, sign + digits);
    }
    const auto width = static_cast<std::size_t>(directive.width.value_or(0));
    const std::size_t length = sign.size() + digits.size();
    return sign + std::string(width > length ? width - length : 0, '0') + digits;
}

Formatted format_number(const Directive& directive, const Value& value) {
    const Conversion conversion = convert(value, Type::number());
    if (!conversion) {
        return {{}, conversion.error};
    }
    const Number& number = conversion.value->as_number();
    if (std::string_view("eEfgG").find(directive.verb) != std::string_view::npos) {
        return {format_fraction(directive, number), {}};
    }
    if (!number.is_integer()) {
        return {{}, "a whole number is required, found " + number.to_string()};
    }
    return {format_whole(directive, number), {}};
}

Formatted format_argument(const Directive& directive, const Value& value) {
    if (directive.verb == 'v') {
        return format_value(directive, value);
    }
    if (std::string_view("sqtdboxXeEfgG").find(directive.verb) == std::string_view::npos) {
        return {{}, std::string("there is no verb \"") + directive.verb + "\""};
    }
    if (value.is_null()) {
        return {{}, "null can only be formatted with %v"};
    }
    switch (directive.verb) {
        case 's':
        case 'q':
            return format_text(directive, value);
        case 't':
            return format_boolean(value);
        default:
            return format_number(directive, value);
    }
}

std::string place_of(const Directive& directive) {
    return quote_briefly(directive.text) + " at offset " + std::to_string(directive.offset) +
           " of the format: ";
}

/// Text of the format with the values filled in. The first value is argument `first` of the call.
CallResult format_values(const std::string& format, const Arguments& values, std::size_t first) {
    const auto parsed = parse_format(format);
    if (const auto* const error = std::get_if<std::string>(&parsed)) {
        return fail_at(0, *error);
    }
    std::string text;
    std::size_t next = 0;
    std::size_t used = 0;
    for (const FormatPart& part : std::get<std::vector<FormatPart>>(parsed)) {
        if (const auto* const literal = std::get_if<std::string>(&part)) {
            text += *literal;
            continue;
        }
        const auto& directive = std::get<Directive>(part);
        const std::size_t index = directive.argument.value_or(next);
        if (index >= values.size()) {
            return fail_at(
                0,
                place_of(directive) + "value " + std::to_string(index + 1) +
                    " is wanted, but only " + std::to_string(values.size()) + " are given"
            );
        }
        Formatted formatted = format_argument(directive, values[index]);
        if (!formatted.error.empty()) {
            return fail_at(first + index, place_of(directive) + formatted.error);
        }
        text += formatted.text;
        next = index + 1;
        used = std::max(used, next);
    }
    if (used < values.size()) {
        return fail_at(
            first + used, "too many values: the format uses only " + std::to_string(used)
        );
    }
    return text_value(text);
}

CallResult format(const Arguments& arguments) {
    return format_values(
        arguments[0].as_string(), Arguments(arguments.begin() + 1, arguments.end()), 1
    );
}

/// The common length of the lists among the arguments; 1 when there are none.
struct Length {
    std::size_t count = 1;
    std::optional<std::size_t> list;      // the first list
    std::optional<std::size_t> mismatch;  // a list of another length
};

Length common_length(const Arguments& arguments) {
    Length length;
    for (std::size_t i = 1; i < arguments.size(); ++i) {
        if (!is_sequence(arguments[i])) {
            continue;
        }
        if (!length.list) {
            length.list = i;
            length.count = arguments[i].size();
        } else if (arguments[i].size() != length.count) {
            length.mismatch = i;
            return length;
        }
    }
    return length;
}

CallResult formatlist(const Arguments& arguments) {
    const Length length = common_length(arguments);
    if (length.mismatch) {
        return fail_at(
            *length.mismatch,
            "this list has length " + std::to_string(arguments[*length.mismatch].size()) +
                ", argument " + std::to_string(*length.list + 1) + " has length " +
                std::to_string(length.count)
        );
    }
    Elements texts;
    for (std::size_t row = 0; row < length.count; ++row) {
        Arguments values;
        for (std::size_t i = 1; i < arguments.size(); ++i) {
            const bool is_list = is_sequence(arguments[i]);
            values.push_back(is_list ? arguments[i].elements()[row] : arguments[i]);
        }
        CallResult result = format_values(arguments[0].as_string(), values, 1);
        if (auto* const failure = std::get_if<FunctionFailure>(&result)) {
            const std::string place = length.list ? "element " + std::to_string(row) + ": " : "";
            failure->message = place + failure->message;
            return result;
        }
        texts.push_back(std::get<Value>(result));
    }
    return Value::list(Type::string(), std::move(texts));
}

}  // namespace

void add_format_functions(FunctionTable& table) {
    const Parameter values{"args", Type::dynamic(), true};
    table.add(make_variadic("format", {text("format")}, values, Type::string(), format));
    table.add(make_variadic(
        "formatlist", {text("format")}, values, Type::list(Type::string()), formatlist
    ));
}

}  // namespace kiln::hcl::functions
