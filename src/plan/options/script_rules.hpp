#pragma once

#include "plan/check.hpp"

#include <optional>
#include <string>
#include <vector>

namespace kiln::plan {

/// Options "script" and "scripts" name files that exist.
void check_scripts(
    const std::optional<std::string>& script,
    const std::vector<std::string>& scripts,
    const CheckContext& context
);

}  // namespace kiln::plan
