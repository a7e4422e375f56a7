#include "plan/options/key_value.hpp"

namespace kiln::plan {

const OptionTable& Tag::options() {
    using O = Tag;
    static const OptionTable table = OptionTable::of<O>({
        option<&O::key>(
            "key", {.help = "key of the tag", .render = Render::at_run, .required = true}
        ),
        option<&O::value>("value", {.help = "value of the tag", .render = Render::at_run}),
    });
    return table;
}

const OptionTable& NamedTag::options() {
    using O = NamedTag;
    static const OptionTable table = OptionTable::of<O>({
        option<&O::name>(
            "name", {.help = "key of the tag", .render = Render::at_run, .required = true}
        ),
        option<&O::value>("value", {.help = "value of the tag", .render = Render::at_run}),
    });
    return table;
}

const OptionTable& NameValue::options() {
    using O = NameValue;
    static const OptionTable table = OptionTable::of<O>({
        option<&O::name>(
            "name", {.help = "what to filter by, as the EC2 API names it", .required = true}
        ),
        option<&O::value>("value", {.help = "value to match; commas part several"}),
    });
    return table;
}

}  // namespace kiln::plan
