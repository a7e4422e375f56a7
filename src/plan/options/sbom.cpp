#include "plan/options/sbom.hpp"

namespace kiln::plan {

const OptionTable& SbomOptions::options() {
    using O = SbomOptions;
    static const OptionTable table = OptionTable::of<O>({
        option<&O::formats>(
            "formats", {.help = "forms to write it in", .allowed = {"spdx", "cyclonedx"}}
        ),
        option<&O::output>(
            "output",
            {.help = "path of the file; knows .BuildName, .BuilderType and .Format (spdx or cdx)",
             .render = Render::at_run,
             .default_text = "beside the image, with .spdx.json or .cdx.json behind its name"}
        ),
    });
    return table;
}

}  // namespace kiln::plan
