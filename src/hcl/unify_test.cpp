#include "hcl/unify.hpp"

#include "hcl/print.hpp"

#include <gtest/gtest.h>

namespace kiln::hcl {
namespace {

struct UnifyCase {
    std::vector<Type> types;
    const char* want;
};

TEST(Unify, FindsTheTypeThatAllConvertTo) {
    const Type string = Type::string();
    const Type number = Type::number();
    const Type boolean = Type::boolean();
    const UnifyCase cases[] = {
        {{}, "any"},
        {{number, number}, "number"},
        {{number, string}, "string"},
        {{boolean, string, number}, "string"},
        {{number, boolean}, "none"},
        {{number, Type::dynamic()}, "any"},
        {{Type::list(number), Type::list(string)}, "list(string)"},
        {{Type::list(number), Type::set(number)}, "list(number)"},
        {{Type::set(number), Type::tuple({number})}, "set(number)"},
        {{Type::tuple({number}), Type::tuple({string})}, "tuple([string])"},
        {{Type::tuple({number}), Type::tuple({string, string})}, "list(string)"},
        {{Type::tuple({number, boolean}), Type::tuple({number})}, "none"},
        {{Type::tuple({}), Type::tuple({number})}, "list(number)"},
        {{Type::list(string), Type::tuple({number})}, "list(string)"},
        {{Type::object({{"a", number}}), Type::object({{"a", string}})}, "object({a=string})"},
        {{Type::object({{"a", number}}), Type::object({{"b", string}})}, "map(string)"},
        {{Type::object({{"a", number}}), Type::object({{"a", boolean}})}, "none"},
        {{Type::map(number), Type::object({{"a", string}})}, "map(string)"},
        {{Type::object(Type::Attributes{}), Type::tuple({})}, "none"},
        {{string, Type::list(string)}, "none"},
    };
    for (const UnifyCase& c : cases) {
        const std::optional<Type> unified = unify(c.types);
        EXPECT_EQ(unified ? to_string(*unified) : "none", c.want)
            << to_string(Type::tuple(c.types));
    }
}

TEST(UnifyValues, LetsNullsTakeTheTypeOfTheOthers) {
    const auto unified = unify_values({Value::null(), Value::number(1), Value::string("a")});
    ASSERT_TRUE(unified);
    EXPECT_EQ(print_compact(Value::tuple(*unified)), R"([null, "1", "a"])");
    EXPECT_EQ(unified->front(), Value::null(Type::string()));
    EXPECT_FALSE(unify_values({Value::number(1), Value::tuple({})}));
}

}  // namespace
}  // namespace kiln::hcl
