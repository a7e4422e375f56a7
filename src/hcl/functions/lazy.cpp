#include "hcl/convert.hpp"
#include "hcl/functions/library.hpp"

#include <utility>

namespace kiln::hcl::functions {

namespace {

/// The value of an argument, nothing when its evaluation made a mistake.
std::optional<Value> attempt(const LazyArgument& argument, Diagnostics& mistakes) {
    const std::size_t before = mistakes.error_count();
    std::optional<Value> value = argument.evaluate(mistakes);
    return mistakes.error_count() == before ? value : std::nullopt;
}

std::string list_mistakes(const Diagnostics& mistakes) {
    std::string text;
    for (const Diagnostic& mistake : mistakes.list()) {
        const std::string place = to_string(mistake.subject);
        text += (text.empty() ? "" : "; ") + mistake.summary +
                (place.empty() ? "" : " (at " + place + ")");
    }
    return text;
}

CallResult try_each(const LazyArguments& arguments) {
    if (arguments.empty()) {
        return fail("try() needs at least one argument");
    }
    Diagnostics mistakes;
    for (const LazyArgument* argument : arguments) {
        const std::optional<Value> value = attempt(*argument, mistakes);
        if (!value) {
            continue;
        }
        // What is not known yet may still turn out to be a mistake, and then a later argument
        // counts.
        return value->is_wholly_known() ? *value : Value::unknown();
    }
    return fail("no argument of try() succeeds: " + list_mistakes(mistakes));
}

CallResult can_evaluate(const LazyArguments& arguments) {
    Diagnostics mistakes;
    const std::optional<Value> value = attempt(*arguments[0], mistakes);
    if (value && !value->is_wholly_known()) {
        return Value::unknown(Type::boolean());
    }
    return Value::boolean(value.has_value());
}

CallResult convert_value(const LazyArguments& arguments) {
    FunctionFailure failure;
    const std::optional<Value> value = attempt(*arguments[0], failure.diagnostics);
    const std::optional<Type> type = arguments[1]->as_type(failure.diagnostics);
    if (!value || !type) {
        return failure;
    }
    Conversion conversion = convert(*value, *type);
    return conversion ? CallResult(std::move(*conversion.value)) : fail_at(0, conversion.error);
}

Function make_lazy(std::string name, std::vector<Parameter> parameters, Function::Lazy lazy) {
    Function function;
    function.name = std::move(name);
    function.parameters = std::move(parameters);
    function.lazy = std::move(lazy);
    return function;
}

}  // namespace

void add_lazy_functions(FunctionTable& table) {
    Function try_function = make_lazy("try", {}, try_each);
    try_function.variadic = known("expressions");
    table.add(std::move(try_function));
    table.add(make_lazy("can", {known("expression")}, can_evaluate));
    table.add(make_lazy("convert", {known("value"), known("type")}, convert_value));
}

}  // namespace kiln::hcl::functions
