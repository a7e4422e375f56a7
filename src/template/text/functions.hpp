#pragma once

#include "template/text/function_map.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace kiln::tmpl::text {

/// What Packer's templates can call.
const FunctionMap& packer_functions();

/// `and` and `or`, which do not evaluate all arguments, are functions too.
bool is_function(std::string_view name, const FunctionMap& functions);
/// "did you mean ...?" or "".
std::string function_hint(std::string_view name, const FunctionMap& functions);

/// Calls any function but `and` and `or`, whose arguments the caller evaluates as needed.
TextValue call(const std::string& name, const Arguments& arguments, const TextContext& context);

}  // namespace kiln::tmpl::text
