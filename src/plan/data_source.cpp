#include "plan/data_source.hpp"

#include "plan/component_registry.hpp"
#include "plan/decode_options.hpp"
#include "plan/option_rules.hpp"

#include <utility>

namespace kiln::plan {

std::string data_source_owner(const tmpl::DataBlock& data) {
    return "data source \"" + data.type + "." + data.name + "\"";
}

DecodedOptions decode_data_source(
    const tmpl::DataBlock& data,
    const hcl::Scope& scope,
    const Facts& facts,
    const RunFacts& run,
    Diagnostics& diagnostics
) {
    const ComponentType* type = find_component_type(ComponentRole::data_source, data.type);
    if (type == nullptr || type->options == nullptr) {
        return {};
    }
    OptionInput input;
    input.owner = data_source_owner(data);
    input.range = data.range;
    input.bodies.push_back(data.body);
    const std::size_t errors = diagnostics.error_count();
    DecodedOptions options = decode_options(type->options(), input, scope, run.text(), diagnostics);
    if (diagnostics.error_count() == errors) {
        check_rules(options, facts, data.range, diagnostics);
    }
    return options;
}

}  // namespace kiln::plan
