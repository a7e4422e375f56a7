#include "plan/options/artifice.hpp"

namespace kiln::plan {

const OptionTable& ArtificeOptions::options() {
    using O = ArtificeOptions;
    static const OptionTable table = OptionTable::of<O>({
        option<&O::files>("files", {.help = "patterns of the files", .required = true}),
    });
    return table;
}

}  // namespace kiln::plan
