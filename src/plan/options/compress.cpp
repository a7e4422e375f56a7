#include "plan/options/compress.hpp"

namespace kiln::plan {

const OptionTable& CompressOptions::options() {
    using O = CompressOptions;
    static const OptionTable table = OptionTable::of<O>({
        option<&O::output>(
            "output",
            {.help = "path of the archive, whose ending says the format; knows .BuildName and "
                     ".BuilderType",
             .render = Render::at_run}
        ),
        option<&O::format>(
            "format",
            {.help = "format, where the ending does not say it", .default_text = "\"tar.gz\""}
        ),
        option<&O::compression_level>(
            "compression_level", {.help = "how hard to try", .maximum = 9}
        ),
    });
    return table;
}

}  // namespace kiln::plan
