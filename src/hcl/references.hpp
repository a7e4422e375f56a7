#pragma once

#include "hcl/syntax.hpp"

#include <string>
#include <variant>
#include <vector>

namespace kiln::hcl {

/// One use of a root name: `var.x`, `local.list[0].a`. The names a `for` or a `dynamic` block
/// brings along are no references.
struct Reference {
    std::string root;
    /// The attribute names and constant keys that follow, up to the first step that is computed:
    /// {"x"}, {"list", "0", "a"}.
    std::vector<std::string> path;
    SourceRange range;  ///< root to the last step in `path`

    bool operator==(const Reference&) const = default;
};

/// In the order of the source, repetitions included.
std::vector<Reference> references(const Expression& expression);
/// Of all attributes and blocks inside, `dynamic` blocks included.
std::vector<Reference> references(const Body& body);

}  // namespace kiln::hcl
