#pragma once

#include "cli/session.hpp"

#include <optional>

namespace kiln::cli {

/// Whether results on standard output are coloured; `flag` is what -color says.
bool wants_color(const Session& session, std::optional<bool> flag);

}  // namespace kiln::cli
