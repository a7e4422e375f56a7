#pragma once

#include <nlohmann/json_fwd.hpp>

namespace kiln::plan {

/// Brings the options of a legacy JSON template up to date, in place: old names become the new
/// ones, options that are gone go. Keys keep their order. What is not shaped as a template is left
/// alone.
void fix_template(nlohmann::ordered_json& root);

}  // namespace kiln::plan
