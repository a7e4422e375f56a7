#pragma once

#include "plan/build_plan.hpp"
#include "plan/component_registry.hpp"
#include "plan/decode_options.hpp"
#include "template/template.hpp"

#include <memory>
#include <string>
#include <vector>

namespace kiln::plan {

struct ComponentSource {
    std::shared_ptr<const tmpl::Template> owner;  ///< of the scope and of all ranges
    OptionInput input;
    const OptionTable* table = nullptr;
    tmpl::TextContext text;

    // What the body sees besides the template's scope.
    std::string source_type, source_name;  ///< source.type, source.name
    std::string build_name;                ///< build.name
    bool sees_build_values = false;        ///< builders do not
    std::vector<std::string> value_names;  ///< other names under build.
};

/// Evaluates and decodes; names that `values` lacks read as "<unknown>".
DecodedOptions decode_component(
    const ComponentSource& source, const BuildValues& values, Diagnostics& diagnostics
);

}  // namespace kiln::plan
