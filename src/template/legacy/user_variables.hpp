#pragma once

#include "base/source.hpp"
#include "hcl/functions.hpp"
#include "hcl/syntax.hpp"
#include "template/legacy/legacy_diagnostics.hpp"
#include "template/template.hpp"
#include "template/text_context.hpp"

#include <string>
#include <vector>

namespace kiln::tmpl {

/// What gives the variables of a legacy template their values.
struct UserVariableSources {
    hcl::Body declared;                    ///< "variables": name to text or null
    std::vector<std::string> sensitive;    ///< "sensitive-variables"
    std::vector<std::string> files;        ///< -var-file, in order; a later one wins
    std::vector<std::string> assignments;  ///< -var, "name=value", in order; they win over files
    bool demand_values = true;             ///< a variable that is null and not given is an error
};

/// Fills `variables`, `user_variables` and `secrets` of the template. Values are text templates
/// themselves: they may call `env`, and `user` with the name of any other variable. Names that are
/// given but not declared are variables too. `text` is what they see of the run.
void read_user_variables(
    const UserVariableSources& given,
    const hcl::FunctionEnvironment& world,
    const TextContext& text,
    SourceMap& sources,
    Template& out,
    LegacyDiagnostics diagnostics
);

}  // namespace kiln::tmpl
