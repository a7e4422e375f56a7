#include "template/template.hpp"

#include <algorithm>

namespace kiln::tmpl {

namespace {

bool contains(const std::vector<std::string>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

std::string SourceUse::name_for_steps() const {
    return language == Language::legacy_json ? alias : type_and_alias();
}

bool StepArguments::runs_for(std::string_view builder) const {
    return (only.empty() || contains(only, builder)) && !contains(except, builder);
}

std::string full_build_name(const BuildBlock& build, const SourceUse& source) {
    if (source.language == Language::legacy_json) {
        return source.alias;
    }
    return (build.name.empty() ? "" : build.name + ".") + source.type_and_alias();
}

const SourceBlock* Template::find_source(std::string_view type, std::string_view name) const {
    for (const auto& source : sources) {
        if (source->type == type && source->name == name) {
            return source.get();
        }
    }
    return nullptr;
}

}  // namespace kiln::tmpl
