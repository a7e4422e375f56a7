#include "hcl/function.hpp"

#include <gmock/gmock.h>

namespace kiln::hcl {
namespace {

/// Joins its arguments with dashes; the second and later ones may be null.
Function dashed() {
    Function function;
    function.name = "dashed";
    function.parameters = {{"first", Type::string()}};
    function.variadic = Parameter{"rest", Type::string(), true};
    function.result = Type::string();
    function.eager = [](const std::vector<Value>& arguments) -> CallResult {
        std::string text;
        for (const Value& argument : arguments) {
            text += "-" + (argument.is_null() ? "null" : argument.as_string());
        }
        return Value::string(text);
    };
    return function;
}

struct Outcome {
    std::string text;
    std::optional<std::size_t> argument;
    bool operator==(const Outcome&) const = default;
};

Outcome outcome(const CallResult& result) {
    if (const auto* const failure = std::get_if<FunctionFailure>(&result)) {
        return {failure->message, failure->argument};
    }
    const Value& value = std::get<Value>(result);
    return {value.is_known() ? value.as_string() : "unknown " + to_string(value.type()), {}};
}

void PrintTo(const Outcome& o, std::ostream* stream) {
    *stream << o.text << " @ " << (o.argument ? std::to_string(*o.argument) : "none");
}

TEST(Call, ConvertsAndChecksTheArguments) {
    const Function f = dashed();
    const auto called = [&f](std::vector<Value> arguments) {
        return outcome(call(f, std::move(arguments)));
    };
    EXPECT_EQ(
        called({Value::number(1), Value::null(), Value::boolean(true)}), (Outcome{"-1-null-true"})
    );
    EXPECT_EQ(
        called({}),
        (Outcome{"function \"dashed\" needs at least 1 argument, found 0; missing \"first\""})
    );
    EXPECT_EQ(
        called({Value::null()}),
        (Outcome{"invalid value for \"first\" of dashed(): it must not be null", 0})
    );
    EXPECT_EQ(
        called({Value::string("a"), Value::tuple({})}),
        (Outcome{"invalid value for \"rest\" of dashed(): a string is required, found tuple", 1})
    );
    EXPECT_EQ(called({Value::string("a"), Value::unknown()}), (Outcome{"unknown string"}));
}

TEST(Call, RefusesTooManyArguments) {
    Function f = dashed();
    f.variadic.reset();
    EXPECT_EQ(
        outcome(call(f, std::vector{Value::string("a"), Value::string("b")})),
        (Outcome{"function \"dashed\" takes 1 argument, found 2"})
    );
}

TEST(Function, DescribesItself) {
    EXPECT_EQ(dashed().signature(), "dashed(first, rest...)");
}

TEST(FunctionTable, FindsByName) {
    FunctionTable table;
    table.add(dashed());
    FunctionTable copy = table;
    table.remove("dashed");
    EXPECT_EQ(table.find("dashed"), nullptr);
    ASSERT_NE(copy.find("dashed"), nullptr);
    EXPECT_THAT(copy.names(), ::testing::ElementsAre("dashed"));
}

}  // namespace
}  // namespace kiln::hcl
