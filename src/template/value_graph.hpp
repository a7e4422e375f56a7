#pragma once

#include "base/diagnostics.hpp"
#include "hcl/evaluate.hpp"
#include "hcl/syntax.hpp"
#include "template/template.hpp"

#include <functional>
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

/// What a data source yields, asked of the world: an object of its outputs. `scope` is what its
/// body sees. Mistakes and failures go to the diagnostics; then, and where the body is not all
/// known, the value is unknown.
using DataReader = std::function<hcl::Value(const DataBlock&, const hcl::Scope&, Diagnostics&)>;

/// Evaluates locals and data sources in the order of their dependencies, whatever the order they
/// stand in, and sets `local` and `data` in `scope`, which is what they see besides one another.
/// Without a reader, what data sources yield is unknown. A cycle is an error that names all of it;
/// values with mistakes, and those that depend on them, are unknown. The locals, sorted by name.
std::vector<Local> evaluate_values(
    const std::vector<LocalBlock>& locals,
    const std::vector<DataBlock>& data,
    const DataReader& read,
    hcl::Scope& scope,
    Diagnostics& diagnostics
);

}  // namespace kiln::tmpl
