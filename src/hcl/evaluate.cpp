#include "hcl/evaluate.hpp"

#include "base/strings.hpp"
#include "hcl/convert.hpp"
#include "hcl/evaluator.hpp"
#include "hcl/unify.hpp"

#include <set>
#include <utility>

namespace kiln::hcl {

// ---- scopes

Scope Scope::inside(const Scope& parent) {
    Scope scope(parent.functions_);
    scope.parent_ = &parent;
    return scope;
}

void Scope::set(std::string name, Value value) {
    names_.insert_or_assign(std::move(name), std::move(value));
}

const Value* Scope::find(std::string_view name) const {
    for (const Scope* scope = this; scope != nullptr; scope = scope->parent_) {
        if (const auto found = scope->names_.find(name); found != scope->names_.end()) {
            return &found->second;
        }
    }
    return nullptr;
}

std::vector<std::string> Scope::names() const {
    std::set<std::string> names;
    for (const Scope* scope = this; scope != nullptr; scope = scope->parent_) {
        for (const auto& [name, value] : scope->names_) {
            names.insert(name);
        }
    }
    return {names.begin(), names.end()};
}

// ---- entry points

Value evaluate(const Expression& expression, const Scope& scope, Diagnostics& diagnostics) {
    try {
        return Evaluator().value(expression, scope, diagnostics);
    } catch (const EvaluationStopped& stopped) {
        diagnostics.add(stopped.reason);
        return Value::unknown();
    }
}

Value evaluate_as(
    const Expression& expression, const Type& type, const Scope& scope, Diagnostics& diagnostics
) {
    const Value value = evaluate(expression, scope, diagnostics);
    Conversion conversion = convert(value, type);
    if (!conversion) {
        diagnostics.error(expression.range, conversion.error);
        return Value::unknown(type.without_optional());
    }
    return std::move(*conversion.value);
}

// ---- helpers

std::string with_article(const Value& value) {
    if (value.is_null()) {
        return "null";
    }
    const std::string name = friendly_name(value.type());
    return (name == "object" ? "an " : "a ") + name;
}

Value require(
    const Value& value,
    const Type& type,
    const std::string& what,
    SourceRange range,
    Diagnostics& diagnostics
) {
    if (value.is_null()) {
        diagnostics.error(range, what + " is null");
        return Value::unknown(type);
    }
    Conversion conversion = convert(value, type);
    if (!conversion) {
        diagnostics.error(range, what + ": " + conversion.error);
        return Value::unknown(type);
    }
    return std::move(*conversion.value);
}

// ---- expressions

namespace {

[[noreturn]] void stop_at(SourceRange range, std::string reason) {
    throw EvaluationStopped{{Severity::error, std::move(reason), range, {}, {}}};
}

void check_text_size(std::size_t size, SourceRange range) {
    if (size > kMaxTextBytes) {
        const std::string bound = std::to_string(kMaxTextBytes / 1024 / 1024);
        stop_at(range, "this value grows larger than " + bound + " MiB");
    }
}

// Values share their parts, so a few lines can make one that no memory holds when written out.
void check_size(const Value& value, SourceRange range) {
    check_text_size(value.written_size(), range);
    if (value.depth() > kMaxValueDepth) {
        stop_at(
            range, "this value nests more than " + std::to_string(kMaxValueDepth) + " levels deep"
        );
    }
}

}  // namespace

Value Evaluator::value(const Expression& expression, const Scope& scope, Diagnostics& d) {
    const SourceRange range = expression.range;
    struct Visitor {
        Evaluator& self;
        SourceRange range;
        const Scope& scope;
        Diagnostics& d;

        Value operator()(const LiteralExpression& e) const { return e.value; }
        Value operator()(const VariableExpression& e) const {
            return self.variable(e, range, scope, d);
        }
        Value operator()(const TemplateExpression& e) const {
            return self.template_text(e, scope, d);
        }
        Value operator()(const TemplateForExpression& e) const {
            return self.template_for(e, range, scope, d);
        }
        Value operator()(const TupleExpression& e) const { return self.tuple(e, scope, d); }
        Value operator()(const ObjectExpression& e) const { return self.object(e, scope, d); }
        Value operator()(const UnaryExpression& e) const { return self.unary(e, scope, d); }
        Value operator()(const BinaryExpression& e) const { return self.binary(e, scope, d); }
        Value operator()(const ConditionalExpression& e) const {
            return self.conditional(e, range, scope, d);
        }
        Value operator()(const std::shared_ptr<const ForExpression>& e) const {
            return self.loop(*e, range, scope, d);
        }
        Value operator()(const CallExpression& e) const {
            return self.call_function(e, range, scope, d);
        }
        Value operator()(const AccessExpression& e) const { return self.access(e, scope, d); }
        Value operator()(const BoundExpression& e) const { return self.bound(e, scope, d); }
    };
    Value result = std::visit(Visitor{*this, range, scope, d}, expression.node);
    check_size(result, range);
    return result;
}

Value Evaluator::variable(
    const VariableExpression& variable, SourceRange range, const Scope& scope, Diagnostics& d
) {
    if (const Value* value = scope.find(variable.name)) {
        return *value;
    }
    const std::vector<std::string> names = scope.names();
    if (names.empty()) {
        d.error(
            range,
            "names cannot be used here: \"" + variable.name + "\"",
            "a text is written in quotes"
        );
        return Value::unknown();
    }
    std::string hint = did_you_mean_hint(variable.name, names);
    if (hint.empty()) {
        hint = "a text is written in quotes; the names here are " + join(names, ", ");
    }
    d.error(range, "there is nothing named \"" + variable.name + "\" here", std::move(hint));
    return Value::unknown();
}

namespace {

// Appends what a template makes of `value`; false when that is not known, or a mistake.
bool append_text(std::string& text, const Value& value, SourceRange range, Diagnostics& d) {
    if (value.is_null()) {
        d.error(
            range,
            "null has no text, so it cannot be part of a string",
            "test for it first: x == null ? \"\" : x"
        );
        return false;
    }
    const Type& type = value.type();
    if (!type.is_primitive() && !type.is(TypeKind::dynamic)) {
        d.error(
            range,
            with_article(value) + " cannot be part of a string",
            "join() makes a text of a list, jsonencode() of any value"
        );
        return false;
    }
    const std::optional<std::string> piece = to_text(value);
    if (!piece) {
        return false;
    }
    check_text_size(text.size() + piece->size(), range);
    text += *piece;
    return true;
}

}  // namespace

Value Evaluator::template_text(
    const TemplateExpression& expression, const Scope& scope, Diagnostics& d
) {
    std::string text;
    bool known = true;
    for (const ExpressionPtr& part : expression.parts) {
        known = append_text(text, value(*part, scope, d), part->range, d) && known;
    }
    return known ? Value::string(text) : Value::unknown(Type::string());
}

Value Evaluator::template_for(
    const TemplateForExpression& expression, SourceRange range, const Scope& scope, Diagnostics& d
) {
    const Value results = value(*expression.loop, scope, d);
    if (!results.is_known()) {
        return Value::unknown(Type::string());
    }
    std::string text;
    bool known = true;
    for (const Value& result : results.elements()) {
        known = append_text(text, result, range, d) && known;
    }
    return known ? Value::string(text) : Value::unknown(Type::string());
}

Value Evaluator::tuple(const TupleExpression& tuple, const Scope& scope, Diagnostics& d) {
    Elements elements;
    elements.reserve(tuple.elements.size());
    for (const ExpressionPtr& element : tuple.elements) {
        elements.push_back(value(*element, scope, d));
    }
    return Value::tuple(std::move(elements));
}

Value Evaluator::object(const ObjectExpression& object, const Scope& scope, Diagnostics& d) {
    Members members;
    bool known = true;
    for (const ObjectItem& item : object.items) {
        const Value key =
            require(value(*item.key, scope, d), Type::string(), "the key", item.key->range, d);
        Value member = value(*item.value, scope, d);
        if (key.is_known()) {
            members.insert_or_assign(key.as_string(), std::move(member));
        } else {
            known = false;
        }
    }
    return known ? Value::object(std::move(members)) : Value::unknown();
}

namespace {

// What both branches of a conditional convert to. A bare null says nothing about its type.
std::optional<Type> conditional_type(const Value& when_true, const Value& when_false) {
    const auto is_bare_null = [](const Value& v) {
        return v.is_null() && v.type().is(TypeKind::dynamic);
    };
    if (is_bare_null(when_true)) {
        return when_false.type();
    }
    if (is_bare_null(when_false) || when_true.type() == when_false.type()) {
        return when_true.type();
    }
    return unify({when_true.type(), when_false.type()});
}

}  // namespace

// Both branches are evaluated, for the type of the result; the mistakes of the one that is not
// chosen are none.
Value Evaluator::conditional(
    const ConditionalExpression& c, SourceRange range, const Scope& scope, Diagnostics& d
) {
    const Value condition = require(
        value(*c.condition, scope, d), Type::boolean(), "the condition", c.condition->range, d
    );
    Diagnostics true_mistakes;
    Diagnostics false_mistakes;
    const Value when_true = value(*c.when_true, scope, true_mistakes);
    const Value when_false = value(*c.when_false, scope, false_mistakes);
    const std::optional<Type> type = conditional_type(when_true, when_false);
    if (!type) {
        d.error(
            range,
            "the results of this conditional have no common type: " +
                friendly_name(when_true.type()) + " and " + friendly_name(when_false.type()),
            "convert one of them"
        );
        return Value::unknown();
    }
    if (!condition.is_known()) {
        return Value::unknown(*type);
    }
    const bool truth = condition.as_boolean();
    d.append(truth ? true_mistakes : false_mistakes);
    const Conversion result = convert(truth ? when_true : when_false, *type);
    if (!result) {
        d.error((truth ? c.when_true : c.when_false)->range, result.error);
        return Value::unknown(*type);
    }
    return *result.value;
}

Value Evaluator::bound(const BoundExpression& bound, const Scope& scope, Diagnostics& d) {
    Scope inner = Scope::inside(scope);
    for (const auto& [name, value] : *bound.names) {
        inner.set(name, value);
    }
    return value(*bound.inner, inner, d);
}

}  // namespace kiln::hcl
