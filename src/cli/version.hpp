#pragma once

#include <string>

namespace kiln::cli {

/// "kiln 0.1.0 (reads templates as Packer 1.16.0 does)".
std::string version_line();

}  // namespace kiln::cli
