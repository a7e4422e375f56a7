#pragma once

#include "cli/session.hpp"

#include <string>

namespace kiln::cli {

/// "kiln 0.1.0 (reads templates as Packer 1.16.0 does)"; called "packer", "Packer v1.16.0", which
/// is what scripts take apart.
std::string version_line(const Session& session);

}  // namespace kiln::cli
