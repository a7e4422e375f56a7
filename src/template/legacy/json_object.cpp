#include "template/legacy/json_object.hpp"

#include "base/duration.hpp"
#include "base/strings.hpp"

#include <algorithm>
#include <utility>

namespace kiln::tmpl {

namespace {

const hcl::Value* literal(const hcl::Expression& expression) {
    const auto* node = std::get_if<hcl::LiteralExpression>(&expression.node);
    return node == nullptr ? nullptr : &node->value;
}

}  // namespace

hcl::Body json_body(const hcl::ObjectExpression& object, SourceRange range) {
    hcl::Body body;
    body.range = range;
    body.missing_item = {range.file, range.begin, range.begin + 1};
    body.from_json = true;
    body.attributes.reserve(object.items.size());
    for (const hcl::ObjectItem& item : object.items) {
        body.attributes.push_back(
            {hcl::literal_string(*item.key).value_or(""),
             item.key->range,
             item.value,
             join(item.key->range, item.value->range)}
        );
    }
    return body;
}

const char* json_type_name(const hcl::Expression& value) {
    if (std::holds_alternative<hcl::ObjectExpression>(value.node)) {
        return "an object";
    }
    if (std::holds_alternative<hcl::TupleExpression>(value.node)) {
        return "an array";
    }
    const hcl::Value* found = literal(value);
    if (found == nullptr || found->is_null()) {
        return "null";
    }
    return found->has(hcl::TypeKind::string)    ? "a string"
           : found->has(hcl::TypeKind::boolean) ? "a bool"
                                                : "a number";
}

bool is_json_null(const hcl::Expression& value) {
    const hcl::Value* found = literal(value);
    return found != nullptr && found->is_null();
}

JsonObject::JsonObject(hcl::Body body, std::string owner, Diagnostics& diagnostics)
    : body_(std::move(body)), owner_(std::move(owner)), diagnostics_(&diagnostics) {}

std::optional<JsonObject> JsonObject::from(
    const hcl::ExpressionPtr& value, std::string owner, Diagnostics& diagnostics
) {
    const auto* object = std::get_if<hcl::ObjectExpression>(&value->node);
    if (object == nullptr) {
        diagnostics.error(
            value->range, owner + " must be an object, found " + json_type_name(*value)
        );
        return std::nullopt;
    }
    return JsonObject(json_body(*object, value->range), std::move(owner), diagnostics);
}

void JsonObject::fold_names(const std::vector<std::string>& names) {
    for (hcl::Attribute& attribute : body_.attributes) {
        for (const std::string& name : names) {
            if (equal_ignoring_case(attribute.name, name)) {
                attribute.name = name;
            }
        }
    }
}

std::optional<hcl::Attribute> JsonObject::any(std::string_view name) {
    auto& all = body_.attributes;
    const auto found = std::find_if(all.begin(), all.end(), [&](const hcl::Attribute& attribute) {
        return attribute.name == name;
    });
    if (found == all.end()) {
        return std::nullopt;
    }
    hcl::Attribute attribute = std::move(*found);
    all.erase(found);
    return is_json_null(*attribute.expression) ? std::nullopt : std::optional(attribute);
}

std::optional<std::string> JsonObject::string(std::string_view name) {
    const std::optional<hcl::Attribute> attribute = any(name);
    if (!attribute) {
        return std::nullopt;
    }
    std::optional<std::string> text = hcl::literal_string(*attribute->expression);
    if (!text) {
        wrong_type(*attribute, "a string");
    }
    return text;
}

std::optional<bool> JsonObject::boolean(std::string_view name) {
    const std::optional<hcl::Attribute> attribute = any(name);
    if (!attribute) {
        return std::nullopt;
    }
    const hcl::Value* value = literal(*attribute->expression);
    if (value == nullptr || !value->has(hcl::TypeKind::boolean)) {
        wrong_type(*attribute, "true or false");
        return std::nullopt;
    }
    return value->as_boolean();
}

std::optional<std::chrono::nanoseconds> JsonObject::duration(std::string_view name) {
    const std::optional<hcl::Attribute> attribute = any(name);
    if (!attribute) {
        return std::nullopt;
    }
    if (const std::optional<std::string> text = hcl::literal_string(*attribute->expression)) {
        const std::optional<std::chrono::nanoseconds> duration = parse_go_duration(*text);
        if (!duration) {
            diagnostics_->error(
                attribute->expression->range,
                "\"" + *text + "\" is no duration",
                "write a number with a unit, such as \"30s\" or \"1h5m\""
            );
        }
        return duration;
    }
    const hcl::Value* value = literal(*attribute->expression);
    const std::optional<std::int64_t> count = value != nullptr && value->has(hcl::TypeKind::number)
                                                  ? value->as_number().to_int64()
                                                  : std::nullopt;
    if (!count) {
        wrong_type(*attribute, "a duration, such as \"30s\"");
        return std::nullopt;
    }
    return std::chrono::nanoseconds(*count);
}

std::optional<std::vector<std::string>> JsonObject::strings(std::string_view name) {
    const std::optional<hcl::Attribute> attribute = any(name);
    if (!attribute) {
        return std::nullopt;
    }
    if (std::optional<std::string> text = hcl::literal_string(*attribute->expression)) {
        return std::vector<std::string>{std::move(*text)};
    }
    const auto* array = std::get_if<hcl::TupleExpression>(&attribute->expression->node);
    if (array == nullptr) {
        wrong_type(*attribute, "a list of strings");
        return std::nullopt;
    }
    std::vector<std::string> texts;
    for (const hcl::ExpressionPtr& element : array->elements) {
        std::optional<std::string> text = hcl::literal_string(*element);
        if (!text) {
            diagnostics_->error(
                element->range,
                "an element of \"" + std::string(name) + "\" of " + owner_ +
                    " must be a string, found " + json_type_name(*element)
            );
            return std::nullopt;
        }
        texts.push_back(std::move(*text));
    }
    return texts;
}

std::vector<hcl::ExpressionPtr> JsonObject::array(std::string_view name) {
    const std::optional<hcl::Attribute> attribute = any(name);
    if (!attribute) {
        return {};
    }
    const auto* array = std::get_if<hcl::TupleExpression>(&attribute->expression->node);
    if (array == nullptr) {
        wrong_type(*attribute, "an array");
        return {};
    }
    return array->elements;
}

void JsonObject::wrong_type(const hcl::Attribute& attribute, const char* wanted) {
    diagnostics_->error(
        attribute.expression->range,
        "\"" + attribute.name + "\" of " + owner_ + " must be " + wanted + ", found " +
            json_type_name(*attribute.expression)
    );
}

}  // namespace kiln::tmpl
