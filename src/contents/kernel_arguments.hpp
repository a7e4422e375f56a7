#pragma once

#include "contents/image_tree.hpp"

#include <map>
#include <string>
#include <vector>

namespace kiln::contents {

/// Kernel command lines by where they stand: "/etc/default/grub" (with its drop-ins: what the next
/// grub.cfg will have), "/etc/kernel/cmdline", "/boot/loader/entries/NAME.conf",
/// "/boot/grub/grub.cfg: TITLE". The order of the arguments is kept.
using KernelArguments = std::map<std::string, std::vector<std::string>>;

KernelArguments read_kernel_arguments(ImageTree& tree);

}  // namespace kiln::contents
