#pragma once

#include "template/text_context.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace kiln::tmpl::text {

using Arguments = std::vector<TextValue>;

/// `and` and `or`, which do not evaluate all arguments, are functions too.
bool is_function(std::string_view name);
/// "did you mean ...?" or "".
std::string function_hint(std::string_view name);

/// Thrown by a call that gives no value; the caller knows the place and turns it into an Error.
struct CallFailure {
    std::string message;
};

/// Calls any function but `and` and `or`, whose arguments the caller evaluates as needed.
TextValue call(const std::string& name, const Arguments& arguments, const TextContext& context);

}  // namespace kiln::tmpl::text
