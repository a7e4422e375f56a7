#include "template/variable_block.hpp"

#include "hcl/convert.hpp"
#include "hcl/json_syntax.hpp"
#include "hcl/parser.hpp"
#include "hcl/references.hpp"
#include "hcl/type_expression.hpp"
#include "template/arguments.hpp"
#include "template/body_schema.hpp"

#include <utility>

namespace kiln::tmpl {

namespace {

const BodySchema kVariableSchema = {
    {"type", "default", "description", "sensitive"}, {{"validation", 0}}};
const BodySchema kValidationSchema = {{"condition", "error_message"}, {}};

// The type that an untyped variable takes from its default. An empty collection and null say
// nothing about what may be given.
hcl::Type type_of_default(const hcl::Value& value) {
    const bool is_structure = value.has(hcl::TypeKind::object) || value.has(hcl::TypeKind::tuple);
    if (value.is_null() || !value.is_known() || (is_structure && value.size() == 0)) {
        return hcl::Type::dynamic();
    }
    return value.type();
}

std::optional<hcl::Type> read_variable_type(
    const hcl::Attribute& attribute, bool from_json, Diagnostics& diagnostics
) {
    const hcl::ExpressionPtr expression =
        from_json ? hcl::unquoted(attribute.expression, diagnostics) : attribute.expression;
    return hcl::read_type(*expression, hcl::OptionalAttributes::allowed, diagnostics);
}

bool check_name(const std::string& name, SourceRange range, Diagnostics& diagnostics) {
    if (hcl::is_identifier(name)) {
        return true;
    }
    diagnostics.error(
        range,
        "\"" + name + "\" is no name for a variable",
        "use letters, digits, \"_\" and \"-\", with a letter or \"_\" in front"
    );
    return false;
}

void read_default(
    const hcl::Attribute& attribute,
    bool typed,
    const hcl::Scope& defaults,
    Variable& variable,
    Diagnostics& diagnostics
) {
    const std::size_t errors = diagnostics.error_count();
    const hcl::Expression& expression = *attribute.expression;
    hcl::Value value = typed ? hcl::evaluate_as(expression, variable.type, defaults, diagnostics)
                             : hcl::evaluate(expression, defaults, diagnostics);
    if (diagnostics.error_count() > errors) {
        value = hcl::Value::unknown(variable.type);
    } else if (!typed) {
        variable.type = type_of_default(value);
    }
    variable.default_value = std::move(value);
}

// A text that ends a sentence and begins like one.
bool is_sentence(const std::string& text) {
    if (text.empty()) {
        return false;
    }
    const bool begins_small = text.front() >= 'a' && text.front() <= 'z';
    return !begins_small && std::string_view(".?!").find(text.back()) != std::string_view::npos;
}

// A condition speaks of its own variable, and of nothing else.
bool check_condition(
    const std::string& name, const hcl::Attribute& condition, Diagnostics& diagnostics
) {
    bool mentions_itself = false;
    bool good = true;
    for (const hcl::Reference& reference : hcl::references(*condition.expression)) {
        if (reference.root == "var" && !reference.path.empty() && reference.path[0] == name) {
            mentions_itself = true;
            continue;
        }
        diagnostics.error(
            reference.range,
            "the condition of variable \"" + name + "\" may refer to var." + name + " only"
        );
        good = false;
    }
    if (good && !mentions_itself) {
        diagnostics.error(
            condition.expression->range,
            "the condition of variable \"" + name + "\" does not refer to var." + name
        );
    }
    return good && mentions_itself;
}

std::optional<ValidationRule> read_validation(
    const std::string& name, const hcl::Block& block, Diagnostics& diagnostics
) {
    const hcl::Body body =
        apply_schema(block.body, kValidationSchema, "block \"validation\"", diagnostics);
    const hcl::Attribute* condition = body.find("condition");
    const hcl::Attribute* message = body.find("error_message");
    for (const char* required : {"condition", "error_message"}) {
        if (body.find(required) == nullptr) {
            diagnostics.error(
                block.header, std::string("block \"validation\" needs \"") + required + "\""
            );
        }
    }
    if (condition == nullptr || message == nullptr) {
        return std::nullopt;
    }
    const bool condition_good = check_condition(name, *condition, diagnostics);
    const std::size_t errors = diagnostics.error_count();
    const hcl::Value text =
        hcl::evaluate_as(*message->expression, hcl::Type::string(), hcl::Scope(), diagnostics);
    if (diagnostics.error_count() > errors || !text.has(hcl::TypeKind::string)) {
        return std::nullopt;
    }
    if (!is_sentence(text.as_string())) {
        diagnostics.error(
            message->expression->range,
            "an error_message is a sentence: a capital letter first, \".\", \"?\" or \"!\" last"
        );
    }
    if (!condition_good) {
        return std::nullopt;
    }
    return ValidationRule{condition->expression, text.as_string()};
}

}  // namespace

std::optional<VariableBlock> read_variable_block(
    const hcl::Block& block, const hcl::Scope& defaults, Diagnostics& diagnostics
) {
    VariableBlock out;
    Variable& variable = out.variable;
    variable.name = block.labels.front().text;
    variable.range = block.header;
    if (!check_name(variable.name, block.labels.front().range, diagnostics)) {
        return std::nullopt;
    }
    const hcl::Body body =
        apply_schema(block.body, kVariableSchema, "block \"variable\"", diagnostics);
    const hcl::Scope nothing;
    const ArgumentReader arguments(body, nothing, diagnostics);
    variable.description = arguments.string("description").value_or("");
    variable.sensitive = arguments.boolean("sensitive").value_or(false);

    const hcl::Attribute* type = body.find("type");
    if (type != nullptr) {
        variable.type =
            read_variable_type(*type, body.from_json, diagnostics).value_or(hcl::Type::dynamic());
    }
    if (const hcl::Attribute* attribute = body.find("default")) {
        read_default(*attribute, type != nullptr, defaults, variable, diagnostics);
    }
    for (const hcl::Block& validation : body.blocks) {
        if (auto rule = read_validation(variable.name, validation, diagnostics)) {
            out.validations.push_back(std::move(*rule));
        }
    }
    return out;
}

std::optional<VariableBlock> read_short_variable(
    const hcl::Attribute& attribute, const hcl::Scope& defaults, Diagnostics& diagnostics
) {
    VariableBlock out;
    out.variable.name = attribute.name;
    out.variable.range = attribute.name_range;
    if (!check_name(attribute.name, attribute.name_range, diagnostics)) {
        return std::nullopt;
    }
    read_default(attribute, false, defaults, out.variable, diagnostics);
    return out;
}

}  // namespace kiln::tmpl
