#include "plan/cannot_run.hpp"

#include "plan/component_registry.hpp"

#include <set>
#include <utility>

namespace kiln::plan {

namespace {

std::string told(const CannotRun& entry) {
    return std::string(name_of(entry.role)) + " \"" + entry.type +
           "\" can not run: " + entry.reason;
}

}  // namespace

std::string reason_against(
    ComponentRole role, const std::string& type, const DecodedOptions& options
) {
    const ComponentType* known = find_component_type(role, type);
    if (known == nullptr) {
        return "it belongs to a plugin, and kiln runs no plugins";
    }
    switch (known->support) {
        case Support::runs:
            return known->obstacle == nullptr || !options.has_table() ? ""
                                                                      : known->obstacle(options);
        case Support::options_only:
            return "kiln checks its options only, for now";
        case Support::name_only:
            return "kiln knows it by name only";
    }
    return "";
}

void refuse_what_cannot_run(const BuildPlan& plan, Diagnostics& diagnostics) {
    std::set<std::pair<const SourceFile*, std::uint32_t>> told_of;
    for (const CannotRun& entry : plan.cannot_run) {
        if (told_of.emplace(entry.range.file, entry.range.begin).second) {
            diagnostics.error(
                entry.range,
                told(entry),
                entry.build.empty() ? "" : "leave builds that need it out with -only or -except"
            );
        }
    }
}

std::string list_what_cannot_run(const BuildPlan& plan) {
    std::string out;
    for (const CannotRun& entry : plan.cannot_run) {
        out += (entry.build.empty() ? "all builds" : entry.build) + ": " + told(entry) + "\n";
    }
    return out;
}

}  // namespace kiln::plan
