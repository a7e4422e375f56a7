#pragma once

#include "base/diagnostics.hpp"
#include "hcl/syntax.hpp"
#include "hcl/type.hpp"

#include <optional>

namespace kiln::hcl {

enum class OptionalAttributes { refused, allowed };

/// Reads an expression as a type: `string`, `list(map(number))`, `object({a=string})`, `any`; with
/// `allowed` also `optional(type, default)` for attributes of objects. Nothing, and the mistakes
/// in `diagnostics`, when it is none.
std::optional<Type> read_type(
    const Expression& expression, OptionalAttributes optional, Diagnostics& diagnostics
);

}  // namespace kiln::hcl
