#pragma once

#include "template/text/function_map.hpp"

namespace kiln::tmpl::text {

/// What templates of this kind can call besides: timestamp, isotime, upper, user, ...
FunctionMap engine_functions();

}  // namespace kiln::tmpl::text
