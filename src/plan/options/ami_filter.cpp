#include "plan/options/ami_filter.hpp"

namespace kiln::plan {

const OptionTable& FilterOptions::options() {
    using O = FilterOptions;
    static const OptionTable table = OptionTable::of<O>({
        option<&O::filters>(
            "filters", {.help = "by name of the filter: value to match; commas part several"}
        ),
        option<&O::filter>("filter", {.help = "one of them as a block"}),
    });
    return table;
}

const OptionTable& AmiFilterOptions::options() {
    using O = AmiFilterOptions;
    static const OptionTable table = OptionTable::of<O>({
        SharedTable{"ami-filter", "Lookup of an AMI"},
        include<&O::filter>(),
        option<&O::owners>(
            "owners",
            {.help = "who the AMI belongs to: accounts, \"self\", \"amazon\", \"aws-marketplace\""}
        ),
        option<&O::most_recent>(
            "most_recent", {.help = "take the newest of several; else several are an error"}
        ),
        option<&O::include_deprecated>(
            "include_deprecated", {.help = "also look at AMIs that are deprecated"}
        ),
    });
    return table;
}

}  // namespace kiln::plan
