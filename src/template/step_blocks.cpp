#include "template/step_blocks.hpp"

#include "template/arguments.hpp"
#include "template/body_schema.hpp"

#include <utility>

namespace kiln::tmpl {

namespace {

StepArguments read_step_arguments(
    const hcl::Body& body, const ArgumentReader& arguments, Diagnostics& diagnostics
) {
    StepArguments step;
    step.name = arguments.string("name").value_or("");
    step.only = arguments.strings("only").value_or(std::vector<std::string>{});
    step.except = arguments.strings("except").value_or(std::vector<std::string>{});
    if (!step.only.empty() && !step.except.empty()) {
        diagnostics.error(
            body.find("except")->name_range, "\"only\" and \"except\" exclude each other"
        );
    }
    return step;
}

hcl::Members read_overrides(const ArgumentReader& arguments, Diagnostics& diagnostics) {
    hcl::Members overrides;
    const std::optional<hcl::Value> value = arguments.value("override", hcl::Type::dynamic());
    if (!value) {
        return overrides;
    }
    const auto is_object = [](const hcl::Value& v) {
        return v.has(hcl::TypeKind::object) || v.has(hcl::TypeKind::map);
    };
    if (!is_object(*value)) {
        diagnostics.error(
            arguments.range("override"), "\"override\" must be an object, by name of a source"
        );
        return overrides;
    }
    for (const auto& [name, options] : value->members()) {
        if (is_object(options)) {
            overrides.emplace(name, options);
        } else {
            diagnostics.error(
                arguments.range("override"),
                "\"override\" for source \"" + name + "\" must be an object of options"
            );
        }
    }
    return overrides;
}

}  // namespace

ProvisionerBlock read_provisioner(
    const hcl::Block& block, const hcl::Scope& scope, Diagnostics& diagnostics
) {
    SplitBody split = split_body(
        block.body,
        {"name",
         "only",
         "except",
         "override",
         "pause_before",
         "timeout",
         "max_retries",
         "continue_on_error"}
    );
    const ArgumentReader arguments(split.own, scope, diagnostics);
    ProvisionerBlock out;
    out.type = block.labels.front().text;
    out.range = block.header;
    out.arguments = read_step_arguments(split.own, arguments, diagnostics);
    out.pause_before = arguments.duration("pause_before").value_or(out.pause_before);
    out.timeout = arguments.duration("timeout").value_or(out.timeout);
    out.max_retries = arguments.integer("max_retries").value_or(0);
    out.continue_on_error = arguments.boolean("continue_on_error").value_or(false);
    out.overrides = read_overrides(arguments, diagnostics);
    out.body = std::move(split.rest);
    return out;
}

PostProcessorBlock read_post_processor(
    const hcl::Block& block, const hcl::Scope& scope, Diagnostics& diagnostics
) {
    SplitBody split = split_body(block.body, {"name", "only", "except", "keep_input_artifact"});
    const ArgumentReader arguments(split.own, scope, diagnostics);
    PostProcessorBlock out;
    out.type = block.labels.front().text;
    out.range = block.header;
    out.arguments = read_step_arguments(split.own, arguments, diagnostics);
    out.keep_input_artifact = arguments.boolean("keep_input_artifact");
    out.body = std::move(split.rest);
    return out;
}

}  // namespace kiln::tmpl
