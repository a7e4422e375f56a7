#include "plan/component_source.hpp"

#include "base/error.hpp"

#include <utility>

namespace kiln::plan {

namespace {

hcl::Value build_object(const ComponentSource& source, const BuildValues& values) {
    hcl::Members members;
    members.emplace("name", hcl::Value::string(source.build_name));
    for (const std::string& name : source.value_names) {
        members.emplace(name, hcl::Value::string(kUnknownValue));
    }
    for (const auto& [name, value] : values) {
        members.insert_or_assign(name, hcl::Value::string(value));
    }
    return hcl::Value::object(std::move(members));
}

}  // namespace

DecodedOptions decode_component(
    const ComponentSource& source, const BuildValues& values, Diagnostics& diagnostics
) {
    hcl::Scope scope = hcl::Scope::inside(source.owner->scope);
    scope.set(
        "source",
        hcl::Value::object(
            {{"type", hcl::Value::string(source.source_type)},
             {"name", hcl::Value::string(source.source_name)}}
        )
    );
    if (source.sees_build_values) {
        scope.set("build", build_object(source, values));
    }
    return decode_options(*source.table, source.input, scope, source.text, diagnostics);
}

DecodedOptions finish(const Component& component, const BuildValues& values) {
    if (!component.uses_build_values) {
        return component.options;
    }
    Diagnostics diagnostics;
    DecodedOptions options = decode_component(*component.source, values, diagnostics);
    for (const Diagnostic& diagnostic : diagnostics.list()) {
        if (diagnostic.severity == Severity::error) {
            Error error(ErrorKind::input, diagnostic.summary, diagnostic.subject);
            error.set_hint(diagnostic.hint);
            error.add_context("evaluating " + component.source->input.owner + " for this build");
            throw error;
        }
    }
    return options;
}

}  // namespace kiln::plan
