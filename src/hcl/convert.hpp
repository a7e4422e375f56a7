#pragma once

#include "hcl/value.hpp"

#include <optional>
#include <string>

namespace kiln::hcl {

/// A converted value, or why there is none: `element 2: a number is required, found string "x"`.
struct Conversion {
    std::optional<Value> value;
    std::string error;

    explicit operator bool() const { return value.has_value(); }
};

/// `value` as `type`. Parts of `type` that are dynamic keep what the value has (all elements of a
/// collection are unified); missing optional attributes get their default or null. The result's
/// type has no optional attributes. Nulls and unknowns convert to nulls and unknowns.
Conversion convert(const Value& value, const Type& type);

/// The text of a string, number or bool as a template would have it; nothing for other values,
/// nulls and unknowns.
std::optional<std::string> to_text(const Value& value);

}  // namespace kiln::hcl
