#pragma once

#include "plan/build_plan.hpp"

#include <string>
#include <vector>

namespace kiln::plan {

/// Adds the values of all options of a build that are marked secret.
void collect_option_secrets(const Build& build, std::vector<std::string>& secrets);

}  // namespace kiln::plan
