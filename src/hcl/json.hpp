#pragma once

#include "hcl/value.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace kiln::hcl {

/// Why a text is no JSON, and where: "line 1, column 2: ...".
struct JsonError {
    std::string message;
};

/// Objects become objects, arrays tuples; numbers keep every digit.
std::variant<Value, JsonError> parse_json(std::string_view text);

/// Compact, keys sorted, with `<`, `>`, `&`, U+2028 and U+2029 escaped, as jsonencode() writes it.
/// The value must be wholly known. An infinity comes out as +Inf, which is no JSON: refuse it
/// first.
std::string to_json(const Value& value);

/// A JSON string literal with the same escapes, quotes included.
std::string to_json_string(std::string_view text);

}  // namespace kiln::hcl
