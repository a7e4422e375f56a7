#include "template/legacy/legacy_steps.hpp"

#include "base/error.hpp"
#include "base/strings.hpp"
#include "template/legacy/json_object.hpp"

#include <charconv>
#include <utility>

namespace kiln::tmpl {

namespace {

std::optional<std::int64_t> parse_integer(const std::string& text) {
    std::int64_t number = 0;
    const char* end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, number);
    return error == std::errc() && stopped == end ? std::optional(number) : std::nullopt;
}

}  // namespace

std::optional<ProvisionerBlock> LegacyStepReader::read_provisioner(
    const hcl::ExpressionPtr& value, const std::string& owner
) {
    std::optional<JsonObject> object = JsonObject::from(value, owner, diagnostics_);
    if (!object) {
        return std::nullopt;
    }
    ProvisionerBlock out;
    out.range = object->opening();
    if (const std::optional<hcl::Attribute> type = JsonObject(*object).any("type")) {
        out.range = type->range;
    }
    out.type = object->string("type").value_or("");
    out.arguments = read_filter(*object);
    out.pause_before = object->duration("pause_before").value_or(out.pause_before);
    out.timeout = object->duration("timeout").value_or(out.timeout);
    out.max_retries = read_retries(*object);
    read_overrides(*object, out);
    out.body = object->rest();
    if (out.type.empty()) {
        diagnostics_.error(object->opening(), owner + " needs \"type\"");
        return std::nullopt;
    }
    return out;
}

std::vector<PostProcessorBlock> LegacyStepReader::read_chain(
    const hcl::ExpressionPtr& value, const std::string& owner
) {
    std::vector<PostProcessorBlock> chain;
    const auto add = [&](const hcl::ExpressionPtr& step, const std::string& name) {
        if (std::optional<PostProcessorBlock> block = read_post_processor(step, name)) {
            chain.push_back(std::move(*block));
        }
    };
    const auto* array = std::get_if<hcl::TupleExpression>(&value->node);
    if (array == nullptr) {
        add(value, owner);
        return chain;
    }
    for (std::size_t i = 0; i < array->elements.size(); ++i) {
        const hcl::ExpressionPtr& element = array->elements[i];
        if (std::holds_alternative<hcl::TupleExpression>(element->node)) {
            diagnostics_.error(
                element->range,
                owner + " is a chain already: it holds post-processors, not further arrays"
            );
            continue;
        }
        add(element, owner + "." + std::to_string(i + 1));
    }
    return chain;
}

std::optional<PostProcessorBlock> LegacyStepReader::read_post_processor(
    const hcl::ExpressionPtr& value, const std::string& owner
) {
    PostProcessorBlock out;
    if (std::optional<std::string> type = hcl::literal_string(*value)) {
        out.type = *type;
        out.range = value->range;
        out.arguments.name = std::move(*type);
        out.body = json_body({}, value->range);
        return out;
    }
    if (!std::holds_alternative<hcl::ObjectExpression>(value->node)) {
        diagnostics_.error(
            value->range,
            owner + " must be a type, an object, or an array of these, found " +
                json_type_name(*value)
        );
        return std::nullopt;
    }
    std::optional<JsonObject> object = JsonObject::from(value, owner, diagnostics_);
    out.range = object->opening();
    if (const std::optional<hcl::Attribute> type = JsonObject(*object).any("type")) {
        out.range = type->range;
    }
    out.type = object->string("type").value_or("");
    const std::optional<std::string> name = object->string("name");
    out.arguments = read_filter(*object);
    out.arguments.name = name && !name->empty() ? *name : out.type;
    out.keep_input_artifact = object->boolean("keep_input_artifact");
    out.body = object->rest();
    if (out.type.empty()) {
        diagnostics_.error(object->opening(), owner + " needs \"type\"");
        return std::nullopt;
    }
    return out;
}

StepArguments LegacyStepReader::read_filter(JsonObject& object) {
    StepArguments step;
    const std::optional<hcl::Attribute> only = JsonObject(object).any("only");
    const std::optional<hcl::Attribute> except = JsonObject(object).any("except");
    const auto only_names = object.strings("only").value_or(std::vector<std::string>{});
    const auto except_names = object.strings("except").value_or(std::vector<std::string>{});
    if (!only_names.empty()) {
        step.only = rendered_names(only_names, "only", only->expression->range);
    }
    if (!except_names.empty()) {
        step.except = rendered_names(except_names, "except", except->expression->range);
    }
    if (!only_names.empty() && !except_names.empty()) {
        judgements_.error(
            except->name_range, "\"only\" and \"except\" exclude each other in " + object.owner()
        );
    }
    return step;
}

std::vector<std::string> LegacyStepReader::rendered_names(
    const std::vector<std::string>& written, const std::string& property, SourceRange range
) {
    std::vector<std::string> names;
    for (const std::string& name : written) {
        if (const std::optional<std::string> rendered = builder_named(name, property, range)) {
            names.push_back(*rendered);
        }
    }
    return names;
}

std::optional<std::string> LegacyStepReader::builder_named(
    const std::string& written, const std::string& property, SourceRange range
) {
    const auto found = builders_.find(written);
    if (found != builders_.end()) {
        return found->second;
    }
    std::vector<std::string> names;
    for (const auto& [name, rendered] : builders_) {
        names.push_back(name);
    }
    std::string hint = did_you_mean_hint(written, names);
    judgements_.error(
        range,
        "\"" + property + "\" names builder \"" + written + "\", which the template does not have",
        hint.empty() ? "builders are named " + join(names, ", ") : hint
    );
    return std::nullopt;
}

std::int64_t LegacyStepReader::read_retries(JsonObject& object) {
    const std::optional<hcl::Attribute> attribute = object.any("max_retries");
    if (!attribute) {
        return 0;
    }
    const SourceRange range = attribute->expression->range;
    const auto* literal = std::get_if<hcl::LiteralExpression>(&attribute->expression->node);
    std::optional<std::int64_t> count;
    if (literal != nullptr && literal->value.has(hcl::TypeKind::number)) {
        count = literal->value.as_number().to_int64();
    } else if (literal != nullptr && literal->value.has(hcl::TypeKind::string)) {
        if (literal->value.as_string().empty()) {
            return 0;
        }
        try {
            count = parse_integer(render_(literal->value.as_string()));
        } catch (const Error& error) {
            judgements_.error(
                range, "\"max_retries\" is no valid text template: " + error.message(), error.hint()
            );
            return 0;
        }
    }
    if (!count) {
        judgements_.error(range, "\"max_retries\" must be a whole number");
    }
    return count.value_or(0);
}

void LegacyStepReader::read_overrides(JsonObject& object, ProvisionerBlock& out) {
    const std::optional<hcl::Attribute> attribute = object.any("override");
    if (!attribute) {
        return;
    }
    const auto overrides =
        JsonObject::from(attribute->expression, "\"override\" of " + object.owner(), diagnostics_);
    if (!overrides) {
        return;
    }
    for (const hcl::Attribute& property : overrides->properties()) {
        const std::string owner = "\"override\" for builder \"" + property.name + "\"";
        const auto name = builder_named(property.name, "override", property.name_range);
        const auto options = JsonObject::from(property.expression, owner, diagnostics_);
        if (name && options) {
            out.override_bodies.emplace(*name, options->rest());
        }
    }
}

}  // namespace kiln::tmpl
