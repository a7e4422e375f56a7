#include "plan/known_types.hpp"

#include "base/strings.hpp"
#include "plan/component_registry.hpp"
#include "plan/plugins.hpp"

#include <algorithm>
#include <string>

namespace kiln::plan {

namespace {

// Whether a plugin that the template requires may bring the type.
bool is_of_plugin(const tmpl::Template& source, const std::string& type) {
    return std::any_of(
        source.required_plugins.begin(),
        source.required_plugins.end(),
        [&](const tmpl::RequiredPlugin& plugin) { return is_type_of_plugin(type, plugin.name); }
    );
}

class TypeCheck {
public:
    TypeCheck(const tmpl::Template& source, Diagnostics& diagnostics)
        : source_(source), diagnostics_(diagnostics) {}

    void run(ComponentRole role, const std::string& type, SourceRange range) {
        if (find_component_type(role, type) == nullptr && !is_of_plugin(source_, type)) {
            diagnostics_.error(
                range,
                std::string("unknown ") + name_of(role) + " \"" + type + "\"",
                did_you_mean_hint(type, component_names(role))
            );
        }
    }

private:
    const tmpl::Template& source_;
    Diagnostics& diagnostics_;
};

}  // namespace

void check_known_types(const tmpl::Template& source, Diagnostics& diagnostics) {
    TypeCheck check(source, diagnostics);
    for (const tmpl::DataBlock& data : source.data) {
        check.run(ComponentRole::data_source, data.type, data.range);
    }
    for (const tmpl::BuildBlock& build : source.builds) {
        for (const tmpl::SourceUse& use : build.sources) {
            check.run(ComponentRole::builder, use.source->type, use.source->range);
        }
        for (const tmpl::ProvisionerBlock& step : build.provisioners) {
            check.run(ComponentRole::provisioner, step.type, step.range);
        }
        if (const auto& cleanup = build.error_cleanup_provisioner) {
            check.run(ComponentRole::provisioner, cleanup->type, cleanup->range);
        }
        for (const auto& chain : build.post_processors) {
            for (const tmpl::PostProcessorBlock& step : chain) {
                check.run(ComponentRole::post_processor, step.type, step.range);
            }
        }
    }
}

}  // namespace kiln::plan
