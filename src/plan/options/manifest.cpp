#include "plan/options/manifest.hpp"

namespace kiln::plan {

const OptionTable& ManifestOptions::options() {
    using O = ManifestOptions;
    static const OptionTable table = OptionTable::of<O>({
        option<&O::output>("output", {.help = "path of the manifest; an existing one is added to"}),
        option<&O::strip_path>("strip_path", {.help = "write names of files without folders"}),
        option<&O::strip_time>("strip_time", {.help = "leave build_time out"}),
        option<&O::custom_data>(
            "custom_data",
            {.help = "texts of your own to write along", .render = Render::at_prepare_and_run}
        ),
    });
    return table;
}

}  // namespace kiln::plan
