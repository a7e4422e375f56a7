#pragma once

#include "base/diagnostics.hpp"
#include "plan/check.hpp"
#include "plan/decoded_options.hpp"

#include <set>
#include <string>

namespace kiln::plan {

/// Which options count as given. Packer's tables are Go structs: a list or map that is empty, zero
/// and false are what an option that is left out holds, so that none of them answers a need or
/// breaks an exclusion.
struct GivenOptions {
    OptionRanges ranges;                       ///< of all that the template writes
    std::set<std::string, std::less<>> empty;  ///< those among them that are as good as nothing

    bool is_given(const std::string& path) const {
        return ranges.contains(path) && !empty.contains(path);
    }
};

/// Required options that are not given, and groups whose rule is broken. `path` is the prefix that
/// the names of the table have in `options`.
void check_required(
    const OptionTable& table,
    const GivenOptions& options,
    const std::string& path,
    const std::string& owner,
    SourceRange owner_range,
    Diagnostics& diagnostics
);

/// Options, those of nested blocks too, that hold a value which is not among the allowed ones, or
/// out of range; a warning for each that should not be in use any more.
void check_values(
    const OptionTable& table,
    const OptionRanges& ranges,
    const std::string& path,
    const void* object,
    Diagnostics& diagnostics
);

/// The rules of the component's table and of its blocks. To be called when nothing above has found
/// a mistake.
void check_rules(
    const DecodedOptions& options,
    const Facts& facts,
    SourceRange component,
    Diagnostics& diagnostics
);

}  // namespace kiln::plan
