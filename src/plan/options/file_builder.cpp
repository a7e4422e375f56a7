#include "plan/options/file_builder.hpp"

namespace kiln::plan {

const OptionTable& FileBuilderOptions::options() {
    using O = FileBuilderOptions;
    static const OptionTable table = OptionTable::of<O>({
        option<&O::source>("source", {.help = "local file to copy"}),
        option<&O::content>("content", {.help = "text to write"}),
        option<&O::target>("target", {.help = "path of the file to write", .required = true}),
        at_most_one({"source", "content"}),
    });
    return table;
}

}  // namespace kiln::plan
