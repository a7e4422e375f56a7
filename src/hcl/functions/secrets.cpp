#include "base/error.hpp"
#include "hcl/functions/library.hpp"

#include <utility>

namespace kiln::hcl::functions {

namespace {

template <class Ask>
CallResult answer_of(const Ask& ask) {
    try {
        return text_value(ask());
    } catch (const Error& error) {
        return fail(error.message() + (error.hint().empty() ? "" : "; " + error.hint()));
    }
}

constexpr const char* kNotHere = "secrets cannot be read here";

CallResult secret_member(const FunctionEnvironment& environment, const Arguments& arguments) {
    if (!environment.aws_secret) {
        return fail(kNotHere);
    }
    const std::optional<std::string> key =
        arguments[1].is_null() ? std::nullopt : std::optional(arguments[1].as_string());
    return answer_of([&] { return environment.aws_secret(arguments[0].as_string(), key); });
}

CallResult whole_secret(const FunctionEnvironment& environment, const Arguments& arguments) {
    if (!environment.aws_secret_text) {
        return fail(kNotHere);
    }
    return answer_of([&] { return environment.aws_secret_text(arguments[0].as_string()); });
}

}  // namespace

void add_secret_functions(FunctionTable& table, const FunctionEnvironment& environment) {
    Parameter optional_key = text("key");
    optional_key.allow_null = true;
    table.add(make_function(
        "aws_secretsmanager",
        {text("name"), std::move(optional_key)},
        Type::string(),
        [environment](const Arguments& arguments) { return secret_member(environment, arguments); }
    ));
    table.add(make_function(
        "aws_secretsmanager_raw",
        {text("name")},
        Type::string(),
        [environment](const Arguments& arguments) { return whole_secret(environment, arguments); }
    ));
}

}  // namespace kiln::hcl::functions
