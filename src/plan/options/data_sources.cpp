#include "plan/options/data_sources.hpp"

namespace kiln::plan {

const OptionTable& NullDataOptions::options() {
    using O = NullDataOptions;
    static const OptionTable table = OptionTable::of<O>({
        option<&O::input>("input", {.help = "value of the output", .required = true}),
    });
    return table;
}

const OptionTable& HttpDataOptions::options() {
    using O = HttpDataOptions;
    static const OptionTable table = OptionTable::of<O>({
        option<&O::url>("url", {.help = "address to ask", .required = true}),
        option<&O::method>(
            "method",
            {.help = "how to ask",
             .allowed = {"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"}}
        ),
        option<&O::request_headers>("request_headers", {.help = "headers to send"}),
        option<&O::request_body>("request_body", {.help = "body to send"}),
    });
    return table;
}

}  // namespace kiln::plan
