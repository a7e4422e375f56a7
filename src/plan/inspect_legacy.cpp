#include "plan/inspect_legacy.hpp"

#include "base/sensitive.hpp"

#include <algorithm>
#include <utility>

namespace kiln::plan {

namespace {

class LegacyInspection {
public:
    explicit LegacyInspection(const tmpl::Template& source) : source_(source) {}

    std::vector<InspectionLine> run() {
        say("Packer Inspect: JSON mode");
        if (!source_.description.empty()) {
            say("Description:\n");
            say(source_.description + "\n");
        }
        variables();
        builders();
        provisioners();
        say("\nNote: If your build names contain user variables or template\n"
            "functions such as 'timestamp', these are processed at build time,\n"
            "and therefore only show in their raw form here.");
        return std::move(lines_);
    }

private:
    void say(std::string text, std::vector<std::string> record = {}) {
        lines_.push_back({std::move(record), std::move(text)});
    }

    static std::string padded(const std::string& text, std::size_t width) {
        return text + std::string(width - std::min(width, text.size()), ' ');
    }

    void variables() {
        std::vector<const tmpl::Variable*> required;
        std::vector<const tmpl::Variable*> optional;
        std::size_t width = 0;
        for (const tmpl::Variable& variable : source_.variables) {
            (variable.default_value ? optional : required).push_back(&variable);
            width = std::max(width, variable.name.size());  // of all, as Packer pads
        }
        if (source_.variables.empty()) {
            say("Variables:\n");
            say("  <No variables>");
            say("");
        }
        if (!required.empty()) {
            say("Required variables:\n");
            for (const tmpl::Variable* variable : required) {
                say("  " + variable->name, {"template-variable", variable->name, "", "1"});
            }
            say("");
        }
        if (!source_.variables.empty()) {
            say("Optional variables and their defaults:\n");
            for (const tmpl::Variable* variable : optional) {
                const std::string value = variable->sensitive
                                              ? std::string(kSensitive)
                                              : variable->default_value->as_string();
                say("  " + padded(variable->name, width) + " = " + value,
                    {"template-variable", variable->name, value, "0"});
            }
            say("");
        }
    }

    void builders() {
        std::vector<const tmpl::SourceBlock*> builders;
        std::size_t width = 0;
        for (const auto& builder : source_.sources) {
            builders.push_back(builder.get());
            width = std::max(width, builder->written_name.size());
        }
        std::sort(builders.begin(), builders.end(), [](const auto* a, const auto* b) {
            return a->written_name < b->written_name;
        });
        say("Builders:\n");
        for (const tmpl::SourceBlock* builder : builders) {
            const std::string& name = builder->written_name;
            say("  " + padded(name, width) +
                    (name == builder->type ? "" : " (" + builder->type + ")"),
                {"template-builder", name, builder->type});
        }
        if (builders.empty()) {
            say("  <No builders>");
        }
        say("");
    }

    void provisioners() {
        say("Provisioners:\n");
        bool any = false;
        for (const tmpl::BuildBlock& build : source_.builds) {
            for (const tmpl::ProvisionerBlock& step : build.provisioners) {
                say("  " + step.type, {"template-provisioner", step.type});
                any = true;
            }
        }
        if (!any) {
            say("  <No provisioners>");
        }
    }

    const tmpl::Template& source_;
    std::vector<InspectionLine> lines_;
};

}  // namespace

std::vector<InspectionLine> inspect_legacy(const tmpl::Template& source) {
    return LegacyInspection(source).run();
}

}  // namespace kiln::plan
