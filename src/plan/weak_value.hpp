#pragma once

#include "hcl/value.hpp"
#include "plan/option_type.hpp"

#include <string>
#include <variant>

namespace kiln::plan {

/// Why a value does not fit, as the end of "option "x" must be a number: ...".
struct WeakMismatch {
    std::string reason;
};

/// A value of a legacy JSON template, made to fit an option as freely as Packer does: "true" and 1
/// are bools, "42" is a number, "a,b" a list of two, a single value a list of one, a list of
/// objects one map. An empty text is false, zero or an empty list; of a text, a size or a
/// three-valued bool (`is_optional`) it is nothing, a null here.
std::variant<hcl::Value, WeakMismatch> weak_value(
    const hcl::Value& value, OptionType type, bool is_optional
);

}  // namespace kiln::plan
