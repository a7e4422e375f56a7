#pragma once

#include "base/diagnostics.hpp"
#include "plan/decoded_options.hpp"

#include <string>

namespace kiln::plan {

/// Required options that are not set, and groups whose rule is broken. `path` is the prefix that
/// the names of the table have in `ranges`.
void check_required(
    const OptionTable& table,
    const OptionRanges& ranges,
    const std::string& path,
    const std::string& owner,
    SourceRange owner_range,
    Diagnostics& diagnostics
);

/// Options, those of nested blocks too, that hold a value which is not among the allowed ones.
void check_allowed(
    const OptionTable& table,
    const OptionRanges& ranges,
    const std::string& path,
    const void* object,
    Diagnostics& diagnostics
);

}  // namespace kiln::plan
