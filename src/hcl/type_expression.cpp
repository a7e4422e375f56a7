#include "hcl/type_expression.hpp"

#include "base/strings.hpp"
#include "hcl/convert.hpp"
#include "hcl/evaluate.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace kiln::hcl {

namespace {

const std::vector<std::string> kTypeNames = {
    "string", "number", "bool", "any", "list", "set", "map", "tuple", "object"};

class TypeReader {
public:
    TypeReader(OptionalAttributes optional, Diagnostics& diagnostics)
        : optional_(optional), diagnostics_(diagnostics) {}

    std::optional<Type> read(const Expression& expression) {
        if (const auto word = bare_word(expression)) {
            return read_word(*word, expression.range);
        }
        if (const auto* call = std::get_if<CallExpression>(&expression.node)) {
            return read_call(*call, expression.range);
        }
        const bool quoted = literal_string(expression).has_value();
        return fail(
            expression.range,
            "this is no type",
            quoted ? "types are written without quotes" : "as in string, list(number), map(any)"
        );
    }

private:
    std::nullopt_t fail(SourceRange range, std::string summary, std::string hint = {}) {
        diagnostics_.error(range, std::move(summary), std::move(hint));
        return std::nullopt;
    }

    std::nullopt_t fail_unknown(const std::string& name, SourceRange range) {
        std::string hint = did_you_mean_hint(name, kTypeNames);
        return fail(
            range,
            "there is no type \"" + name + "\"",
            hint.empty() ? "the types are " + join(kTypeNames, ", ") : hint
        );
    }

    std::optional<Type> read_word(const std::string& word, SourceRange range) {
        if (word == "string") {
            return Type::string();
        }
        if (word == "number") {
            return Type::number();
        }
        if (word == "bool") {
            return Type::boolean();
        }
        if (word == "any") {
            return Type::dynamic();
        }
        if (word == "list" || word == "set" || word == "map") {
            return fail(
                range, word + " needs the type of its elements", "as in " + word + "(string)"
            );
        }
        if (word == "object") {
            return fail(range, "object needs its attributes", "as in object({ name = string })");
        }
        if (word == "tuple") {
            return fail(range, "tuple needs the types of its elements", "as in tuple([string])");
        }
        return fail_unknown(word, range);
    }

    std::optional<Type> read_call(const CallExpression& call, SourceRange range) {
        const std::string& name = call.name;
        if (name == "string" || name == "number" || name == "bool" || name == "any") {
            return fail(range, name + " takes no arguments");
        }
        if (name == "optional") {
            return fail(range, "optional() stands for attributes of object types only");
        }
        const bool collection = name == "list" || name == "set" || name == "map";
        if (!collection && name != "object" && name != "tuple") {
            return fail_unknown(name, call.name_range);
        }
        if (call.arguments.size() != 1 || call.expand_last) {
            return fail(range, name + " takes one argument");
        }
        const Expression& argument = *call.arguments.front();
        if (name == "object") {
            return read_object(argument);
        }
        if (name == "tuple") {
            return read_tuple(argument);
        }
        std::optional<Type> element = read(argument);
        if (!element) {
            return std::nullopt;
        }
        if (name == "list") {
            return Type::list(std::move(*element));
        }
        return name == "set" ? Type::set(std::move(*element)) : Type::map(std::move(*element));
    }

    std::optional<Type> read_tuple(const Expression& argument) {
        const auto* tuple = std::get_if<TupleExpression>(&argument.node);
        if (tuple == nullptr) {
            return fail(argument.range, "tuple takes a list of types", "as in tuple([string])");
        }
        std::vector<Type> elements;
        for (const ExpressionPtr& expression : tuple->elements) {
            std::optional<Type> element = read(*expression);
            if (!element) {
                return std::nullopt;
            }
            elements.push_back(std::move(*element));
        }
        return Type::tuple(std::move(elements));
    }

    std::optional<Type> read_object(const Expression& argument) {
        const auto* object = std::get_if<ObjectExpression>(&argument.node);
        if (object == nullptr) {
            return fail(
                argument.range, "object takes its attributes", "as in object({ name = string })"
            );
        }
        Type::Attributes attributes;
        for (const ObjectItem& item : object->items) {
            const std::optional<std::string> name = literal_string(*item.key);
            if (!name) {
                return fail(item.key->range, "the name of an attribute must be plain text");
            }
            std::optional<Type::Attribute> attribute = read_attribute(*item.value);
            if (!attribute) {
                return std::nullopt;
            }
            attributes.insert_or_assign(*name, std::move(*attribute));
        }
        return Type::object(std::move(attributes));
    }

    std::optional<Type::Attribute> read_attribute(const Expression& expression) {
        const auto* call = std::get_if<CallExpression>(&expression.node);
        if (call == nullptr || call->name != "optional") {
            std::optional<Type> type = read(expression);
            return type ? std::optional(Type::Attribute{std::move(*type)}) : std::nullopt;
        }
        if (optional_ == OptionalAttributes::refused) {
            return fail(call->name_range, "optional() cannot be used here");
        }
        if (call->arguments.empty() || call->arguments.size() > 2 || call->expand_last) {
            return fail(expression.range, "optional takes a type and perhaps a default");
        }
        std::optional<Type> type = read(*call->arguments.front());
        if (!type) {
            return std::nullopt;
        }
        Type::Attribute attribute{std::move(*type), true};
        if (call->arguments.size() == 2 && !read_default(*call->arguments[1], attribute)) {
            return std::nullopt;
        }
        return attribute;
    }

    bool read_default(const Expression& expression, Type::Attribute& attribute) {
        const std::size_t errors = diagnostics_.error_count();
        Value value = evaluate_as(expression, attribute.type, Scope(), diagnostics_);
        attribute.default_value = std::make_shared<const Value>(std::move(value));
        return diagnostics_.error_count() == errors;
    }

    OptionalAttributes optional_;
    Diagnostics& diagnostics_;
};

}  // namespace

std::optional<Type> read_type(
    const Expression& expression, OptionalAttributes optional, Diagnostics& diagnostics
) {
    return TypeReader(optional, diagnostics).read(expression);
}

}  // namespace kiln::hcl
