#pragma once

#include <optional>
#include <set>
#include <string_view>

namespace kiln::lint {

/// "0-3,8" as a set; nothing for what is no plain list, a variable say, or has a CPU above 8191.
std::optional<std::set<int>> read_cpu_list(std::string_view text);

}  // namespace kiln::lint
