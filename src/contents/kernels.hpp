#pragma once

#include "contents/image_tree.hpp"

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::contents {

/// A kernel that an image has modules of.
struct Kernel {
    std::string version;            ///< as `uname -r` would say
    std::set<std::string> modules;  ///< in files or built in; "-" in a name is "_"

    /// Whichever way the name is spelled.
    bool has_module(std::string_view name) const;
    bool operator==(const Kernel&) const = default;
};

/// Kernels by their folders in /lib/modules, sorted. What a removed kernel leaves there (a module
/// of somebody's own) is none.
std::vector<Kernel> read_kernels(ImageTree& tree);

}  // namespace kiln::contents
