#include "plan/decode_legacy.hpp"

#include "base/error.hpp"
#include "base/strings.hpp"
#include "hcl/print.hpp"
#include "plan/weak_value.hpp"
#include "template/legacy/json_object.hpp"
#include "template/text_template.hpp"

#include <utility>

namespace kiln::plan {

namespace {

const OptionSpec* find_option(const OptionTable& table, const std::string& name) {
    if (const OptionSpec* option = table.find(name)) {
        return option;
    }
    for (const OptionSpec& option : table.options()) {
        if (equal_ignoring_case(option.name, name)) {
            return &option;
        }
    }
    return nullptr;
}

}  // namespace

void LegacyDecoder::read_body(
    const OptionTable& table,
    const hcl::Body& body,
    const std::string& owner,
    const std::string& path,
    void* object
) {
    for (const hcl::Attribute& attribute : body.attributes) {
        const OptionSpec* option = find_option(table, attribute.name);
        if (option == nullptr) {
            writer_.unknown(table, attribute.name, attribute.name_range, owner, path);
        } else if (option->is_block()) {
            read_blocks(*option, *attribute.expression, path, object);
        } else {
            read_option(*option, attribute, path, object);
        }
    }
}

void LegacyDecoder::read_option(
    const OptionSpec& option, const hcl::Attribute& attribute, const std::string& path, void* object
) {
    const SourceRange range = attribute.expression->range;
    const std::size_t errors = diagnostics_.error_count();
    const hcl::Value value = rendered(option, *attribute.expression);
    if (diagnostics_.error_count() > errors) {
        return writer_.note(option, range, path);
    }
    const bool is_optional = option.readable(object) == nullptr;
    const auto fitted = weak_value(value, option.type, is_optional);
    if (const auto* mismatch = std::get_if<WeakMismatch>(&fitted)) {
        diagnostics_.error(
            range,
            "option \"" + option.name + "\" must be a " + name_of(option.type) + ": " +
                mismatch->reason
        );
        return writer_.note(option, range, path);
    }
    writer_.assign(option, std::get<hcl::Value>(fitted), range, path, object);
}

void LegacyDecoder::read_blocks(
    const OptionSpec& option,
    const hcl::Expression& expression,
    const std::string& path,
    void* object
) {
    if (const auto* block = std::get_if<hcl::ObjectExpression>(&expression.node)) {
        const std::string owner = "block \"" + option.name + "\"";
        writer_.enter(
            option,
            expression.range,
            path,
            object,
            [&](void* nested, const std::string& at) {
                const hcl::Body body = tmpl::json_body(*block, expression.range);
                read_body(option.nested(), body, owner, at, nested);
            }
        );
        return;
    }
    const auto* array = std::get_if<hcl::TupleExpression>(&expression.node);
    if (array != nullptr && option.type == OptionType::blocks) {
        for (const hcl::ExpressionPtr& element : array->elements) {
            if (std::holds_alternative<hcl::ObjectExpression>(element->node)) {
                read_blocks(option, *element, path, object);
            } else if (!tmpl::is_json_null(*element)) {
                diagnostics_.error(
                    element->range,
                    "an element of \"" + option.name + "\" must be an object, found " +
                        tmpl::json_type_name(*element)
                );
            }
        }
        return;
    }
    const std::size_t errors = diagnostics_.error_count();
    const hcl::Value value = array == nullptr ? rendered(option, expression) : hcl::Value();
    const bool is_nothing =
        array == nullptr &&
        (value.is_null() || (value.has(hcl::TypeKind::string) && value.as_string().empty()));
    if (!is_nothing && diagnostics_.error_count() == errors) {
        diagnostics_.error(
            expression.range,
            "\"" + option.name + "\" must be an object" +
                (option.type == OptionType::blocks ? ", or an array of objects" : "") + ", found " +
                tmpl::json_type_name(expression)
        );
    }
}

hcl::Value LegacyDecoder::rendered(const OptionSpec& option, const hcl::Expression& expression) {
    if (const auto* array = std::get_if<hcl::TupleExpression>(&expression.node)) {
        hcl::Elements elements;
        elements.reserve(array->elements.size());
        for (const hcl::ExpressionPtr& element : array->elements) {
            elements.push_back(rendered(option, *element));
        }
        return hcl::Value::tuple(std::move(elements));
    }
    if (const auto* object = std::get_if<hcl::ObjectExpression>(&expression.node)) {
        hcl::Members members;
        for (const hcl::ObjectItem& item : object->items) {
            const std::string key = hcl::literal_string(*item.key).value_or("");
            members.insert_or_assign(
                render_text(option, key, item.key->range), rendered(option, *item.value)
            );
        }
        return hcl::Value::object(std::move(members));
    }
    const auto* literal = std::get_if<hcl::LiteralExpression>(&expression.node);
    if (literal == nullptr) {
        return {};
    }
    if (!literal->value.has(hcl::TypeKind::string) || literal->value.is_null()) {
        return literal->value;
    }
    return hcl::Value::string(render_text(option, literal->value.as_string(), expression.range));
}

std::string LegacyDecoder::render_text(
    const OptionSpec& option, const std::string& text, SourceRange range
) {
    if (option.render == Render::at_run || option.render == Render::never) {
        return text;
    }
    try {
        return tmpl::render(text, text_);
    } catch (const Error& error) {
        diagnostics_.error(
            range,
            "option \"" + option.name + "\" is no valid text template: " + error.message(),
            error.hint()
        );
        return text;
    }
}

}  // namespace kiln::plan
