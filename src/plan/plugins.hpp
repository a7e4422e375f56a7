#pragma once

#include "base/diagnostics.hpp"
#include "plan/component_registry.hpp"
#include "template/template.hpp"

#include <string>
#include <string_view>
#include <vector>

/// Packer's plugins, as `required_plugins` names them. kiln runs none: what it has of them is built
/// in, and a template's requirement is met by that.
namespace kiln::plan {

/// A plugin of which kiln has something.
struct BuiltInPlugin {
    std::string name;    ///< "amazon"
    std::string source;  ///< "github.com/hashicorp/amazon"
    /// Its types that kiln runs, or whose options it checks. Never empty.
    std::vector<const ComponentType*> types;
};

std::vector<BuiltInPlugin> built_in_plugins();

/// Whether a type is one of a plugin's: Packer's plugins name theirs "PLUGIN" and
/// "PLUGIN-SOMETHING".
bool is_type_of_plugin(std::string_view type, std::string_view plugin);

/// A required plugin and what kiln can do for it.
struct PluginNeed {
    const tmpl::RequiredPlugin* required = nullptr;  ///< of the template
    bool built_in = false;
};
std::vector<PluginNeed> plugin_needs(const tmpl::Template& source);

/// An error at each block of `source` whose type is one of a plugin that kiln has nothing of; a
/// warning at a requirement that no block needs.
void report_missing_plugins(
    const std::vector<PluginNeed>& needs, const tmpl::Template& source, Diagnostics& diagnostics
);

}  // namespace kiln::plan
