#pragma once

#include "prove/check.hpp"

#include <vector>

namespace kiln::prove {

/// Whether a machine could start from the image, as far as its files tell: loader, kernels, their
/// initramfs and drivers, and the file systems that fstab waits for.
std::vector<Check> boot_checks(const Demands& demands);

}  // namespace kiln::prove
