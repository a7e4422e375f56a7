#include "plan/known_types.hpp"

#include "base/strings.hpp"
#include "plan/component_registry.hpp"

#include <string>

namespace kiln::plan {

namespace {

void check_type(
    ComponentRole role, const std::string& type, SourceRange range, Diagnostics& diagnostics
) {
    if (find_component_type(role, type) == nullptr) {
        diagnostics.error(
            range,
            std::string("unknown ") + name_of(role) + " \"" + type + "\"",
            did_you_mean_hint(type, component_names(role))
        );
    }
}

void refuse_unsupported(const tmpl::DataBlock& data, Diagnostics& diagnostics) {
    const ComponentType* type = find_component_type(ComponentRole::data_source, data.type);
    if (type != nullptr && type->support == Support::known_by_name) {
        diagnostics.error(data.range, "data source \"" + data.type + "\" is not supported yet");
    }
}

}  // namespace

void check_known_types(const tmpl::Template& source, Diagnostics& diagnostics) {
    for (const tmpl::DataBlock& data : source.data) {
        check_type(ComponentRole::data_source, data.type, data.range, diagnostics);
        refuse_unsupported(data, diagnostics);
    }
    for (const tmpl::BuildBlock& build : source.builds) {
        for (const tmpl::SourceUse& use : build.sources) {
            check_type(ComponentRole::builder, use.source->type, use.source->range, diagnostics);
        }
        for (const tmpl::ProvisionerBlock& step : build.provisioners) {
            check_type(ComponentRole::provisioner, step.type, step.range, diagnostics);
        }
        if (const auto& cleanup = build.error_cleanup_provisioner) {
            check_type(ComponentRole::provisioner, cleanup->type, cleanup->range, diagnostics);
        }
        for (const auto& chain : build.post_processors) {
            for (const tmpl::PostProcessorBlock& step : chain) {
                check_type(ComponentRole::post_processor, step.type, step.range, diagnostics);
            }
        }
    }
}

}  // namespace kiln::plan
