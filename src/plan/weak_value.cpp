#include "plan/weak_value.hpp"

#include "base/strings.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

namespace kiln::plan {

namespace {

using Fitted = std::variant<hcl::Value, WeakMismatch>;

bool is_string(const hcl::Value& value) {
    return value.has(hcl::TypeKind::string);
}
bool is_boolean(const hcl::Value& value) {
    return value.has(hcl::TypeKind::boolean);
}
bool is_number(const hcl::Value& value) {
    return value.has(hcl::TypeKind::number);
}
bool is_object(const hcl::Value& value) {
    return value.has(hcl::TypeKind::object);
}
bool is_array(const hcl::Value& value) {
    return value.has(hcl::TypeKind::tuple);
}

const char* found(const hcl::Value& value) {
    return is_string(value)    ? "found a string"
           : is_boolean(value) ? "found a bool"
           : is_number(value)  ? "found a number"
           : is_object(value)  ? "found an object"
                               : "found an array";
}

Fitted mismatch(std::string reason) {
    return WeakMismatch{std::move(reason)};
}

// Go's strconv.ParseBool.
std::optional<bool> parse_boolean(std::string_view text) {
    constexpr std::array<std::string_view, 6> kTrue = {"1", "t", "T", "true", "TRUE", "True"};
    constexpr std::array<std::string_view, 6> kFalse = {"0", "f", "F", "false", "FALSE", "False"};
    if (std::find(kTrue.begin(), kTrue.end(), text) != kTrue.end()) {
        return true;
    }
    return std::find(kFalse.begin(), kFalse.end(), text) != kFalse.end() ? std::optional(false)
                                                                         : std::nullopt;
}

// Go's strconv.ParseInt with base 0: decimal, 0x, 0o, 0b, and 0 for octal.
std::optional<hcl::Number> parse_integer(std::string_view text) {
    const bool negative = text.starts_with('-');
    std::string_view digits = text.substr(negative || text.starts_with('+') ? 1 : 0);
    if (digits.starts_with('-') || digits.starts_with('+')) {
        return std::nullopt;
    }
    const auto based = [&](std::size_t prefix, int base) -> std::optional<hcl::Number> {
        const std::string written = (negative ? "-" : "") + std::string(digits.substr(prefix));
        return hcl::Number::parse_integer(written, base);
    };
    const auto has_prefix = [&](char small) {
        return digits.size() > 2 && digits[0] == '0' && (digits[1] | 0x20) == small;
    };
    if (has_prefix('x')) {
        return based(2, 16);
    }
    if (has_prefix('o')) {
        return based(2, 8);
    }
    if (has_prefix('b')) {
        return based(2, 2);
    }
    return digits.size() > 1 && digits[0] == '0' ? based(1, 8) : based(0, 10);
}

// Where Packer's tables say string, a bool is the digit that Go makes of it.
Fitted to_weak_text(const hcl::Value& value) {
    if (value.is_null()) {
        return hcl::Value::string("");
    }
    if (is_string(value)) {
        return value;
    }
    if (is_boolean(value)) {
        return hcl::Value::string(value.as_boolean() ? "1" : "0");
    }
    if (is_number(value)) {
        return hcl::Value::string(value.as_number().to_string());
    }
    return mismatch(found(value));
}

Fitted to_boolean(const hcl::Value& value, bool is_optional) {
    if (is_boolean(value)) {
        return value;
    }
    if (is_number(value)) {
        return hcl::Value::boolean(value.as_number().to_int64() != 0);
    }
    if (!is_string(value)) {
        return mismatch(found(value));
    }
    if (value.as_string().empty()) {
        return is_optional ? hcl::Value::null() : hcl::Value::boolean(false);
    }
    const std::optional<bool> truth = parse_boolean(value.as_string());
    return truth ? Fitted(hcl::Value::boolean(*truth))
                 : mismatch("\"" + value.as_string() + "\" is neither true nor false");
}

Fitted to_integer(const hcl::Value& value) {
    if (value.is_null()) {
        return hcl::Value::number(hcl::Number());
    }
    if (is_number(value)) {
        return hcl::Value::number(value.as_number().truncate());
    }
    if (is_boolean(value)) {
        return hcl::Value::number(hcl::Number(value.as_boolean() ? 1 : 0));
    }
    if (!is_string(value)) {
        return mismatch(found(value));
    }
    if (value.as_string().empty()) {
        return hcl::Value::number(hcl::Number());
    }
    const std::optional<hcl::Number> number = parse_integer(value.as_string());
    return number ? Fitted(hcl::Value::number(*number))
                  : mismatch("\"" + value.as_string() + "\" is not a whole number");
}

// Go counts nanoseconds.
Fitted to_duration(const hcl::Value& value) {
    if (is_number(value)) {
        return hcl::Value::string(value.as_number().truncate().to_string() + "ns");
    }
    if (!is_string(value)) {
        return mismatch(found(value));
    }
    if (value.as_string().empty()) {
        return mismatch("\"\" is no duration; leave the option out, or write \"0s\"");
    }
    return value;
}

Fitted to_size(const hcl::Value& value) {
    return is_number(value)   ? Fitted(hcl::Value::string(value.as_number().to_string()))
           : is_string(value) ? Fitted(value)
                              : mismatch(found(value));
}

template <class FitElement>
Fitted to_list(const hcl::Value& value, const FitElement& fit_element) {
    hcl::Elements elements;
    if (is_string(value)) {
        for (const std::string& part : value.as_string().empty() ? std::vector<std::string>{}
                                                                 : split(value.as_string(), ',')) {
            elements.push_back(hcl::Value::string(part));
        }
    } else if (is_array(value)) {
        elements = value.elements();
    } else if (!is_object(value) || value.size() > 0) {
        elements.push_back(value);
    }
    for (hcl::Value& element : elements) {
        Fitted fitted = fit_element(element);
        if (std::holds_alternative<WeakMismatch>(fitted)) {
            return mismatch("of an element: " + std::get<WeakMismatch>(fitted).reason);
        }
        element = std::get<hcl::Value>(std::move(fitted));
    }
    return hcl::Value::tuple(std::move(elements));
}

Fitted to_map(const hcl::Value& value) {
    hcl::Members members;
    const auto add = [&](const hcl::Value& object) -> std::optional<WeakMismatch> {
        for (const auto& [key, member] : object.members()) {
            Fitted fitted = to_weak_text(member);
            if (auto* wrong = std::get_if<WeakMismatch>(&fitted)) {
                return WeakMismatch{"\"" + key + "\": " + wrong->reason};
            }
            members.insert_or_assign(key, std::get<hcl::Value>(std::move(fitted)));
        }
        return std::nullopt;
    };
    std::optional<WeakMismatch> wrong;
    if (is_object(value)) {
        wrong = add(value);
    } else if (is_array(value)) {
        for (const hcl::Value& element : value.elements()) {
            if (element.is_null()) {
                continue;
            }
            wrong = is_object(element) ? add(element) : WeakMismatch{found(element)};
            if (wrong) {
                break;
            }
        }
    } else {
        return mismatch(found(value));
    }
    return wrong ? Fitted(std::move(*wrong)) : hcl::Value::object(std::move(members));
}

}  // namespace

std::variant<hcl::Value, WeakMismatch> weak_value(
    const hcl::Value& value, OptionType type, bool is_optional
) {
    if (value.is_null()) {
        return value;
    }
    switch (type) {
        case OptionType::string:
            return to_weak_text(value);
        case OptionType::boolean:
            return to_boolean(value, is_optional);
        case OptionType::integer:
            return to_integer(value);
        case OptionType::duration:
            return to_duration(value);
        case OptionType::size:
            return to_size(value);
        case OptionType::string_list:
            return to_list(value, to_weak_text);
        case OptionType::integer_list:
            return to_list(value, to_integer);
        case OptionType::string_list_list:
            return to_list(value, [](const hcl::Value& element) {
                return to_list(element, to_weak_text);
            });
        case OptionType::string_map:
            return to_map(value);
        case OptionType::block:
        case OptionType::blocks:
            break;
    }
    return value;
}

}  // namespace kiln::plan
