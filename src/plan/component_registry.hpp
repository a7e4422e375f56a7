#pragma once

#include "plan/component_role.hpp"
#include "plan/decoded_options.hpp"
#include "plan/option_table.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace kiln::plan {

/// What kiln can do with a type. A template that holds any of them is read and judged; a build that
/// would run a component which can not run is refused before any effect.
enum class Support {
    runs,
    options_only,  ///< options are decoded and checked
    name_only,     ///< nothing of the body is looked at
};

/// A type that a template may name.
struct ComponentType {
    ComponentRole role = ComponentRole::builder;
    std::string name;     ///< "shell-local"
    std::string summary;  ///< one line for documents
    Support support = Support::name_only;
    const OptionTable& (*options)() = nullptr;  ///< null when known by name only
    /// What `build.NAME` gives besides the names every builder gives; builders only.
    std::vector<std::string> build_values = {};
    /// {{clean_resource_name}} in the options of a builder; may be null.
    std::string (*clean_resource_name)(const std::string& name) = nullptr;
    /// For a type that runs, but not with every value of its options: why it can not run with
    /// these, completing "kiln can not run ...: ", or "". May be null.
    std::string (*obstacle)(const DecodedOptions& options) = nullptr;
};

/// All types of a role, by name.
const std::vector<ComponentType>& component_types(ComponentRole role);
/// Null when no such type is known.
const ComponentType* find_component_type(ComponentRole role, std::string_view name);
std::vector<std::string> component_names(ComponentRole role);

/// The names under `build.` that every builder gives: ID, Host, Port, User, ...
const std::vector<std::string>& common_build_values();

}  // namespace kiln::plan
