#pragma once

#include "base/diagnostics.hpp"
#include "base/source.hpp"
#include "hcl/functions.hpp"
#include "template/variable_block.hpp"

#include <string>
#include <vector>

namespace kiln::tmpl {

/// Where values of variables come from besides defaults, weakest first.
struct VariableSources {
    std::vector<std::string> automatic_files;  ///< *.auto.pkrvars.*
    std::vector<std::string> files;            ///< -var-file
    std::vector<std::string> assignments;      ///< -var, "name=value"
    bool warn_on_undeclared = false;
    bool syntax_only = false;  ///< judge each value that is given, and none that is missing
};

/// Gives every variable its value: default, then PKR_VAR_name, then files, then assignments; and
/// checks the value that won with the variable's validation rules. A variable without a value is an
/// error, used or not. Variables with mistakes become unknown. True when each value that was given
/// is one for its variable, whether any is missing or breaks a rule or not.
bool assign_variables(
    std::vector<VariableBlock>& variables,
    const VariableSources& given,
    const hcl::FunctionEnvironment& world,
    const hcl::FunctionTable& functions,
    SourceMap& sources,
    Diagnostics& diagnostics
);

}  // namespace kiln::tmpl
