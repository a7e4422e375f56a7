#include "plan/options/checksum.hpp"

namespace kiln::plan {

const OptionTable& ChecksumOptions::options() {
    using O = ChecksumOptions;
    static const OptionTable table = OptionTable::of<O>({
        option<&O::checksum_types>(
            "checksum_types",
            {.help = "digests to compute",
             .allowed = {"md5", "sha1", "sha224", "sha256", "sha384", "sha512"}}
        ),
        option<&O::output>(
            "output",
            {.help = "path of the file; knows .BuildName, .BuilderType and .ChecksumType",
             .render = Render::at_run}
        ),
    });
    return table;
}

}  // namespace kiln::plan
