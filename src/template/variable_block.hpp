#pragma once

#include "base/diagnostics.hpp"
#include "hcl/evaluate.hpp"
#include "hcl/syntax.hpp"
#include "template/template.hpp"

#include <optional>
#include <string>
#include <vector>

namespace kiln::tmpl {

/// `validation { condition, error_message }`.
struct ValidationRule {
    hcl::ExpressionPtr condition;
    std::string error_message;
};

/// A variable as declared.
struct VariableBlock {
    Variable variable;
    std::vector<ValidationRule> validations;
};

/// Reads `variable "name" { ... }`. `defaults` is what a default can see. Nothing when the
/// declaration is too wrong to go on with; mistakes in parts of it leave those parts out.
std::optional<VariableBlock> read_variable_block(
    const hcl::Block& block, const hcl::Scope& defaults, Diagnostics& diagnostics
);

/// Reads one argument of `variables { name = default }`.
std::optional<VariableBlock> read_short_variable(
    const hcl::Attribute& attribute, const hcl::Scope& defaults, Diagnostics& diagnostics
);

}  // namespace kiln::tmpl
