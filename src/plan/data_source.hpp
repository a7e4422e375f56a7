#pragma once

#include "base/diagnostics.hpp"
#include "hcl/evaluate.hpp"
#include "plan/decoded_options.hpp"
#include "plan/make_plan.hpp"
#include "template/template.hpp"

#include <string>

namespace kiln::plan {

/// `data source "http.x"`, for messages.
std::string data_source_owner(const tmpl::DataBlock& data);

/// Decodes the options of a data source and checks the rules of its type. Without a table for a
/// type that has none. Mistakes go to `diagnostics`.
DecodedOptions decode_data_source(
    const tmpl::DataBlock& data,
    const hcl::Scope& scope,
    const Facts& facts,
    const RunFacts& run,
    Diagnostics& diagnostics
);

}  // namespace kiln::plan
