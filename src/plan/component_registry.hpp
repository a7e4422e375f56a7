#pragma once

#include "plan/check.hpp"
#include "plan/option_table.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace kiln::plan {

enum class ComponentRole { builder, provisioner, post_processor, data_source };

/// "builder", "provisioner", "post-processor", "data source".
const char* name_of(ComponentRole role);

enum class Support {
    runs,
    known_by_name,  ///< a template that holds it is read; a build that would run it is refused
};

/// A type that a template may name.
struct ComponentType {
    ComponentRole role = ComponentRole::builder;
    std::string name;     ///< "shell-local"
    std::string summary;  ///< one line for documents
    Support support = Support::known_by_name;
    const OptionTable* options = nullptr;  ///< null when known by name only
    /// What `build.NAME` gives besides the names every builder gives; builders only.
    std::vector<std::string> build_values = {};
    /// Rules beyond the table; may be null.
    void (*check)(const DecodedOptions& options, const CheckContext& context) = nullptr;
};

/// All types of a role, by name.
const std::vector<ComponentType>& component_types(ComponentRole role);
/// Null when no such type is known.
const ComponentType* find_component_type(ComponentRole role, std::string_view name);
std::vector<std::string> component_names(ComponentRole role);

/// The names under `build.` that every builder gives: ID, Host, Port, User, ...
const std::vector<std::string>& common_build_values();

}  // namespace kiln::plan
