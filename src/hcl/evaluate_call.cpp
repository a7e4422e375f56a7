#include "base/strings.hpp"
#include "hcl/evaluator.hpp"
#include "hcl/type_expression.hpp"

#include <algorithm>
#include <deque>
#include <optional>
#include <utility>

namespace kiln::hcl {

/// An argument of `try` and the like: an expression, or a value that `...` gave.
class Evaluator::Argument : public LazyArgument {
public:
    Argument(Evaluator& evaluator, const Expression& expression, const Scope& scope)
        : evaluator_(evaluator), expression_(expression), scope_(scope) {}
    Argument(Evaluator& evaluator, const Expression& expression, const Scope& scope, Value expanded)
        : evaluator_(evaluator),
          expression_(expression),
          scope_(scope),
          expanded_(std::move(expanded)) {}

    std::optional<Value> evaluate(Diagnostics& diagnostics) const override {
        if (expanded_) {
            return expanded_;
        }
        const std::size_t errors = diagnostics.error_count();
        Value value = evaluator_.value(expression_, scope_, diagnostics);
        return diagnostics.error_count() == errors ? std::optional(std::move(value)) : std::nullopt;
    }

    std::optional<Type> as_type(Diagnostics& diagnostics) const override {
        return read_type(expression_, OptionalAttributes::refused, diagnostics);
    }

    SourceRange range() const override { return expression_.range; }

private:
    Evaluator& evaluator_;
    const Expression& expression_;
    const Scope& scope_;
    std::optional<Value> expanded_;
};

namespace {

// Functions of a related tool that people look for here, and what serves instead.
struct Substitute {
    std::string_view name;
    std::string_view instead;
};
constexpr Substitute kSubstitutes[] = {
    {"tostring", "use convert(value, string)"},
    {"tonumber", "use convert(value, number)"},
    {"tobool", "use convert(value, bool)"},
    {"tolist", "use convert(value, list(any))"},
    {"toset", "use convert(value, set(any))"},
    {"tomap", "use convert(value, map(any))"},
    {"uuid", "use uuidv4()"},
    {"filesha256", "use sha256(file(path))"},
    {"filesha1", "use sha1(file(path))"},
    {"filesha512", "use sha512(file(path))"},
    {"filemd5", "use md5(file(path))"},
    {"setsubtract", "use [for x in a : x if !contains(b, x)]"},
    {"one", "use try(list[0], null)"},
    {"env", "environment variables can be read in defaults of variables only"},
};

std::string hint_for_function(const std::string& name, const FunctionTable& functions) {
    const auto* const end = std::end(kSubstitutes);
    const auto* const found = std::find_if(std::begin(kSubstitutes), end, [&](const Substitute& s) {
        return s.name == name;
    });
    return found != end ? std::string(found->instead) : did_you_mean_hint(name, functions.names());
}

// The elements of the value before `...`; nothing when they are not known, or when that is a
// mistake.
std::optional<Elements> expand(const Value& value, SourceRange range, Diagnostics& d) {
    if (value.is_null()) {
        d.error(range, "null cannot be expanded to arguments");
        return std::nullopt;
    }
    const Type& type = value.type();
    if (!type.is(TypeKind::list) && !type.is(TypeKind::set) && !type.is(TypeKind::tuple)) {
        if (!type.is(TypeKind::dynamic)) {
            d.error(range, with_article(value) + " cannot be expanded to arguments");
        }
        return std::nullopt;
    }
    return value.is_known() ? std::optional(value.elements()) : std::nullopt;
}

Value finish_call(
    CallResult result, const CallExpression& call, SourceRange range, Diagnostics& d
) {
    if (auto* value = std::get_if<Value>(&result)) {
        return std::move(*value);
    }
    const auto& failure = std::get<FunctionFailure>(result);
    if (!failure.diagnostics.empty()) {
        d.append(failure.diagnostics);
        return Value::unknown();
    }
    if (failure.argument && !call.arguments.empty()) {
        // Those that "..." gave all stand in the last expression.
        const std::size_t last = call.arguments.size() - 1;
        range = call.arguments[std::min(*failure.argument, last)]->range;
    }
    d.error(range, failure.message);
    return Value::unknown();
}

}  // namespace

Value Evaluator::call_function(
    const CallExpression& call, SourceRange range, const Scope& scope, Diagnostics& d
) {
    const FunctionTable* functions = scope.functions();
    if (functions == nullptr) {
        d.error(call.name_range, "functions cannot be called here: \"" + call.name + "\"");
        return Value::unknown();
    }
    const Function* function = functions->find(call.name);
    if (function == nullptr) {
        d.error(
            call.name_range,
            "there is no function named \"" + call.name + "\"",
            hint_for_function(call.name, *functions)
        );
        return Value::unknown();
    }
    return function->is_lazy() ? call_lazy(*function, call, range, scope, d)
                               : call_eager(*function, call, range, scope, d);
}

Value Evaluator::call_eager(
    const Function& function,
    const CallExpression& call,
    SourceRange range,
    const Scope& scope,
    Diagnostics& d
) {
    const std::size_t errors = d.error_count();
    std::vector<Value> arguments;
    arguments.reserve(call.arguments.size());
    for (const ExpressionPtr& argument : call.arguments) {
        arguments.push_back(value(*argument, scope, d));
    }
    if (call.expand_last) {
        const auto expanded = expand(arguments.back(), call.arguments.back()->range, d);
        if (!expanded) {
            return Value::unknown(function.result);
        }
        arguments.pop_back();
        arguments.insert(arguments.end(), expanded->begin(), expanded->end());
    }
    if (d.error_count() != errors) {
        return Value::unknown(function.result);
    }
    return finish_call(hcl::call(function, std::move(arguments)), call, range, d);
}

Value Evaluator::call_lazy(
    const Function& function,
    const CallExpression& call,
    SourceRange range,
    const Scope& scope,
    Diagnostics& d
) {
    std::deque<Argument> arguments;
    for (const ExpressionPtr& argument : call.arguments) {
        arguments.emplace_back(*this, *argument, scope);
    }
    if (call.expand_last) {
        const Expression& last = *call.arguments.back();
        const auto expanded = expand(value(last, scope, d), last.range, d);
        if (!expanded) {
            return Value::unknown(function.result);
        }
        arguments.pop_back();
        for (const Value& element : *expanded) {
            arguments.emplace_back(*this, last, scope, element);
        }
    }
    LazyArguments pointers;
    for (const Argument& argument : arguments) {
        pointers.push_back(&argument);
    }
    return finish_call(hcl::call(function, pointers), call, range, d);
}

}  // namespace kiln::hcl
