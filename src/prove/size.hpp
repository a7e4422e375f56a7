#pragma once

#include "prove/check.hpp"

#include <vector>

namespace kiln::prove {

/// Whether the files of the image are within what -max-size allows. Each name of a hard link
/// counts, and holes count as data.
std::vector<Check> size_checks(const Demands& demands);

}  // namespace kiln::prove
