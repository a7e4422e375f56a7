#pragma once

#include "base/diagnostics.hpp"
#include "hcl/value.hpp"
#include "plan/option_table.hpp"

namespace kiln::plan {

/// Writes `value` (not null) to the member of `object` that a plain option (no block) is bound to.
/// What is unknown becomes "<unknown>", zero, false or empty. A value that does not fit is an error
/// at `range`, and leaves the member at its default.
void assign_option(
    const OptionSpec& option,
    const hcl::Value& value,
    SourceRange range,
    void* object,
    Diagnostics& diagnostics
);

}  // namespace kiln::plan
