#include "plan/options/breakpoint.hpp"

namespace kiln::plan {

const OptionTable& BreakpointOptions::options() {
    using O = BreakpointOptions;
    static const OptionTable table = OptionTable::of<O>({
        option<&O::note>("note", {.help = "text that is shown while waiting"}),
        option<&O::disable>("disable", {.help = "do not wait"}),
    });
    return table;
}

}  // namespace kiln::plan
