#include "hcl/functions/library.hpp"

#include <utility>

namespace kiln::hcl::functions {

Parameter text(std::string name) {
    return {std::move(name), Type::string()};
}

Parameter number(std::string name) {
    return {std::move(name), Type::number()};
}

Parameter any(std::string name) {
    return {std::move(name), Type::dynamic(), false, Unknowns::inside};
}

Parameter known(std::string name) {
    return {std::move(name)};
}

Function make_function(
    std::string name, std::vector<Parameter> parameters, Type result, Function::Eager eager
) {
    Function function;
    function.name = std::move(name);
    function.parameters = std::move(parameters);
    function.result = std::move(result);
    function.eager = std::move(eager);
    return function;
}

Function make_variadic(
    std::string name,
    std::vector<Parameter> parameters,
    Parameter rest,
    Type result,
    Function::Eager eager
) {
    Function function =
        make_function(std::move(name), std::move(parameters), std::move(result), std::move(eager));
    function.variadic = std::move(rest);
    return function;
}

FunctionFailure fail(std::string message) {
    return {std::move(message), std::nullopt};
}

FunctionFailure fail_at(std::size_t argument, std::string message) {
    return {std::move(message), argument};
}

FunctionFailure not_whole(std::size_t argument, const std::string& name) {
    return fail_at(argument, "\"" + name + "\" must be a whole number of at most 64 bits");
}

std::optional<std::int64_t> whole(const Value& value) {
    return value.as_number().to_int64();
}

Value text_value(std::string_view text) {
    return Value::string(text);
}

Value number_value(Number number) {
    return Value::number(std::move(number));
}

bool is_sequence(const Value& value) {
    return value.has(TypeKind::list) || value.has(TypeKind::set) || value.has(TypeKind::tuple);
}

bool is_list_like(const Value& value) {
    return value.has(TypeKind::list) || value.has(TypeKind::tuple);
}

bool is_keyed(const Value& value) {
    return value.has(TypeKind::map) || value.has(TypeKind::object);
}

Value sequence_like(const Value& like, Elements elements) {
    return like.kind() == TypeKind::tuple ? Value::tuple(std::move(elements))
                                          : Value::list(like.type().element(), std::move(elements));
}

}  // namespace kiln::hcl::functions
