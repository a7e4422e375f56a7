#include "hcl/syntax.hpp"

#include <algorithm>
#include <utility>

namespace kiln::hcl {

ExpressionPtr make_expression(Expression::Node node, SourceRange range) {
    return std::make_shared<const Expression>(Expression{std::move(node), range});
}

std::optional<std::string> literal_string(const Expression& expression) {
    const auto* literal = std::get_if<LiteralExpression>(&expression.node);
    if (literal == nullptr || !literal->value.has(TypeKind::string)) {
        return std::nullopt;
    }
    return literal->value.as_string();
}

std::optional<std::string> bare_word(const Expression& expression) {
    if (const auto* variable = std::get_if<VariableExpression>(&expression.node)) {
        return variable->name;
    }
    const auto* literal = std::get_if<LiteralExpression>(&expression.node);
    if (literal == nullptr || literal->value.kind() == TypeKind::string) {
        return std::nullopt;
    }
    if (literal->value.is_null()) {
        return "null";
    }
    if (literal->value.has(TypeKind::boolean)) {
        return literal->value.as_boolean() ? "true" : "false";
    }
    return std::nullopt;
}

const Attribute* Body::find(std::string_view name) const {
    const auto found = std::find_if(attributes.begin(), attributes.end(), [&](const Attribute& a) {
        return a.name == name;
    });
    return found == attributes.end() ? nullptr : &*found;
}

std::string describe(const Block& block) {
    std::string text = block.type;
    for (const Label& label : block.labels) {
        text += " \"" + label.text + "\"";
    }
    return text;
}

}  // namespace kiln::hcl
