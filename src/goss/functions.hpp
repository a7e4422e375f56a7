#pragma once

#include "template/text/function_map.hpp"

namespace kiln::goss {

/// What the templates in files of tests can call: Go's own functions, goss's (mkSlice, readFile,
/// getEnv, ...) and those of sprig that need nothing but their arguments. `set` and `unset`, which
/// change a map in place, are not among them, nor are random numbers, dates and certificates.
const tmpl::text::FunctionMap& goss_functions();

// Parts of it.
tmpl::text::FunctionMap sprig_text_functions();
tmpl::text::FunctionMap sprig_regexp_functions();
tmpl::text::FunctionMap sprig_number_functions();
tmpl::text::FunctionMap sprig_list_functions();
tmpl::text::FunctionMap sprig_map_functions();

}  // namespace kiln::goss
