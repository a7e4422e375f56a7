#pragma once

#include "template/text/function_map.hpp"

namespace kiln::tmpl::text {

/// What every Go text template can call: eq, len, index, printf, ... without `and` and `or`.
FunctionMap go_functions();

}  // namespace kiln::tmpl::text
