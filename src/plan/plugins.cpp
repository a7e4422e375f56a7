#include "plan/plugins.hpp"

#include <algorithm>
#include <utility>

namespace kiln::plan {

namespace {

constexpr ComponentRole kRoles[] = {
    ComponentRole::builder,
    ComponentRole::provisioner,
    ComponentRole::post_processor,
    ComponentRole::data_source,
};

constexpr std::pair<const char*, const char*> kPluginSources[] = {
    {"amazon", "github.com/hashicorp/amazon"},
    {"ansible", "github.com/hashicorp/ansible"},
    {"docker", "github.com/hashicorp/docker"},
    {"goss", "github.com/YaleUniversity/goss"},
    {"qemu", "github.com/hashicorp/qemu"},
};

std::vector<const ComponentType*> types_of_plugin(std::string_view plugin) {
    std::vector<const ComponentType*> found;
    for (const ComponentRole role : kRoles) {
        for (const ComponentType& type : component_types(role)) {
            if (type.support != Support::name_only && is_type_of_plugin(type.name, plugin)) {
                found.push_back(&type);
            }
        }
    }
    return found;
}

/// A block of a template that names a type.
struct TypedBlock {
    ComponentRole role = ComponentRole::builder;
    std::string type;
    SourceRange range;
};

std::vector<TypedBlock> typed_blocks(const tmpl::Template& source) {
    std::vector<TypedBlock> blocks;
    for (const auto& block : source.sources) {
        blocks.push_back({ComponentRole::builder, block->type, block->range});
    }
    for (const tmpl::DataBlock& data : source.data) {
        blocks.push_back({ComponentRole::data_source, data.type, data.range});
    }
    for (const tmpl::BuildBlock& build : source.builds) {
        for (const tmpl::ProvisionerBlock& step : build.provisioners) {
            blocks.push_back({ComponentRole::provisioner, step.type, step.range});
        }
        if (const auto& cleanup = build.error_cleanup_provisioner) {
            blocks.push_back({ComponentRole::provisioner, cleanup->type, cleanup->range});
        }
        for (const auto& chain : build.post_processors) {
            for (const tmpl::PostProcessorBlock& step : chain) {
                blocks.push_back({ComponentRole::post_processor, step.type, step.range});
            }
        }
    }
    return blocks;
}

void report_missing(
    const tmpl::RequiredPlugin& plugin,
    const std::vector<TypedBlock>& blocks,
    Diagnostics& diagnostics
) {
    bool needed = false;
    for (const TypedBlock& block : blocks) {
        if (is_type_of_plugin(block.type, plugin.name)) {
            needed = true;
            diagnostics.error(
                block.range,
                std::string(name_of(block.role)) + " \"" + block.type + "\" needs plugin \"" +
                    plugin.source + "\", which kiln does not have",
                "kiln runs no plugins; leave builds that need it out with -only or -except"
            );
        }
    }
    if (!needed) {
        diagnostics.warning(
            plugin.range,
            "kiln does not have plugin \"" + plugin.source + "\"; nothing here needs it"
        );
    }
}

}  // namespace

std::vector<BuiltInPlugin> built_in_plugins() {
    std::vector<BuiltInPlugin> plugins;
    for (const auto& [name, source] : kPluginSources) {
        if (auto types = types_of_plugin(name); !types.empty()) {
            plugins.push_back({name, source, std::move(types)});
        }
    }
    return plugins;
}

bool is_type_of_plugin(std::string_view type, std::string_view plugin) {
    return type.starts_with(plugin) && (type.size() == plugin.size() || type[plugin.size()] == '-');
}

std::vector<PluginNeed> plugin_needs(const tmpl::Template& source) {
    std::vector<PluginNeed> needs;
    for (const tmpl::RequiredPlugin& plugin : source.required_plugins) {
        needs.push_back({&plugin, !types_of_plugin(plugin.name).empty()});
    }
    return needs;
}

void report_missing_plugins(
    const std::vector<PluginNeed>& needs, const tmpl::Template& source, Diagnostics& diagnostics
) {
    const std::vector<TypedBlock> blocks = typed_blocks(source);
    for (const PluginNeed& need : needs) {
        if (!need.built_in) {
            report_missing(*need.required, blocks, diagnostics);
        }
    }
}

}  // namespace kiln::plan
