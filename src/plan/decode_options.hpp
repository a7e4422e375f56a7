#pragma once

#include "base/diagnostics.hpp"
#include "hcl/evaluate.hpp"
#include "hcl/syntax.hpp"
#include "plan/decoded_options.hpp"
#include "template/template.hpp"
#include "template/text_context.hpp"

#include <string>
#include <vector>

namespace kiln::plan {

/// What options are decoded from.
struct OptionInput {
    std::string owner;  ///< for messages: `provisioner "shell"`
    SourceRange range;  ///< what to point at when an option is missing
    /// Taken together: no argument stands in two of them. Without `dynamic` blocks. In legacy JSON
    /// an option of a later body wins over the same one of an earlier body.
    std::vector<hcl::Body> bodies;
    hcl::Value overrides = {};  ///< null, or an object whose members win over the bodies
    tmpl::Language language = tmpl::Language::hcl2;
};

/// Decodes a component's options: evaluates the bodies in `scope`, converts to the options' types,
/// renders the text templates that are due now, then applies the table's rules. Mistakes are
/// appended to `diagnostics`; the options concerned keep their defaults. A null is as good as
/// nothing at all. Legacy JSON sees nothing of `scope`.
DecodedOptions decode_options(
    const OptionTable& table,
    const OptionInput& input,
    const hcl::Scope& scope,
    const tmpl::TextContext& text,
    Diagnostics& diagnostics
);

}  // namespace kiln::plan
