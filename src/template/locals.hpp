#pragma once

#include "base/diagnostics.hpp"
#include "hcl/evaluate.hpp"
#include "hcl/syntax.hpp"
#include "template/template.hpp"

#include <string>
#include <vector>

namespace kiln::tmpl {

/// A local as declared, in `locals` or as `local "name"`.
struct LocalBlock {
    std::string name;
    SourceRange range;
    hcl::ExpressionPtr expression;
    bool sensitive = false;
};

/// Evaluates locals in the order of their dependencies, whatever the order they stand in. `scope`
/// is what they can see besides one another. A cycle is an error that names all of it; locals with
/// mistakes, and those that depend on them, are unknown. The result is sorted by name.
std::vector<Local> evaluate_locals(
    const std::vector<LocalBlock>& blocks, const hcl::Scope& scope, Diagnostics& diagnostics
);

/// A `local` object as expressions see it.
hcl::Value locals_object(const std::vector<Local>& locals);

}  // namespace kiln::tmpl
