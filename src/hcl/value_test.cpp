#include "hcl/value.hpp"

#include "hcl/print.hpp"

#include <gtest/gtest.h>

namespace kiln::hcl {
namespace {

Value text(const char* s) {
    return Value::string(s);
}

Value num(const char* s) {
    return Value::number(*Number::parse(s));
}

TEST(Value, KeepsStringsInNormalFormC) {
    EXPECT_EQ(text("e\u0301").as_string(), "\u00e9");
    EXPECT_EQ(text("caf\u00e9").as_string(), "caf\u00e9");
}

TEST(Value, HasTheTypeOfItsParts) {
    EXPECT_EQ(
        Value::tuple({text("a"), num("1"), Value::null()}).type(),
        Type::tuple({Type::string(), Type::number(), Type::dynamic()})
    );
    EXPECT_EQ(
        Value::object({{"a", Value::boolean(true)}}).type(), Type::object({{"a", Type::boolean()}})
    );
    EXPECT_EQ(Value::strings({"a", "b"}).type(), Type::list(Type::string()));
}

TEST(Value, TellsNullUnknownAndKnownApart) {
    const Value null = Value::null(Type::string());
    const Value unknown = Value::unknown(Type::string());
    EXPECT_TRUE(null.is_null() && null.is_known() && null.is_wholly_known());
    EXPECT_FALSE(unknown.is_null() || unknown.is_known() || unknown.is_wholly_known());
    EXPECT_FALSE(null.has(TypeKind::string) || unknown.has(TypeKind::string));
    EXPECT_TRUE(text("").has(TypeKind::string));
    const Value partly = Value::object({{"a", Value::tuple({unknown})}});
    EXPECT_TRUE(partly.is_known());
    EXPECT_FALSE(partly.is_wholly_known());
}

TEST(Value, SetsAreSortedAndHaveNoDuplicates) {
    const Value strings = Value::set(Type::string(), {text("b"), text("a"), text("b")});
    EXPECT_EQ(print_compact(strings), R"(["a", "b"])");
    const Value numbers = Value::set(Type::number(), {num("10"), num("9"), num("9.0")});
    EXPECT_EQ(print_compact(numbers), "[9, 10]");
    EXPECT_EQ(
        Value::set(Type::string(), {text("a"), Value::unknown(Type::string())}),
        Value::unknown(Type::set(Type::string()))
    );
}

struct EqualCase {
    Value a;
    Value b;
    Value want;
};

TEST(Equal, FollowsTheLanguage) {
    const Value yes = Value::boolean(true);
    const Value no = Value::boolean(false);
    const Value perhaps = Value::unknown(Type::boolean());
    const Value list = Value::strings({"a"});
    const EqualCase cases[] = {
        {num("1"), num("1.0"), yes},
        {num("1"), text("1"), no},
        {Value::null(), Value::null(Type::string()), yes},
        {text("a"), Value::null(), no},
        {Value::tuple({text("a")}), list, no},
        {Value::tuple({}), Value::tuple({}), yes},
        {Value::tuple({text("a")}), Value::tuple({text("a"), text("b")}), no},
        {Value::tuple({Value::null()}), Value::tuple({Value::null(Type::string())}), yes},
        {Value::object({{"a", num("1")}}), Value::object({{"a", num("1")}}), yes},
        {Value::object({{"a", num("1")}}), Value::object({{"b", num("1")}}), no},
        {Value::object({}), Value::map(Type::string(), {}), no},
        {Value::unknown(), text("a"), perhaps},
        {Value::unknown(Type::number()), text("a"), no},
        {Value::unknown(Type::number()), Value::null(), perhaps},
        {Value::tuple({Value::unknown()}), Value::tuple({text("a")}), perhaps},
        {Value::tuple({text("b"), Value::unknown()}), Value::tuple({text("a"), text("c")}), no},
    };
    for (const EqualCase& c : cases) {
        EXPECT_EQ(equal(c.a, c.b), c.want) << print_compact(c.a) << " == " << print_compact(c.b);
        EXPECT_EQ(equal(c.b, c.a), c.want) << print_compact(c.b) << " == " << print_compact(c.a);
    }
}

TEST(Order, IsTotalAndStable) {
    const Value ascending[] = {
        Value::null(Type::string()),
        text(""),
        text("Z"),
        text("a"),
        text("\u00e9"),
        num("-1"),
        num("1e30"),
        Value::boolean(false),
        Value::boolean(true),
        Value::strings({}),
        Value::strings({"a"}),
        Value::strings({"a", "b"}),
        Value::strings({"b"}),
        Value::map(Type::string(), {{"a", text("x")}}),
        Value::map(Type::string(), {{"a", text("y")}}),
        Value::map(Type::string(), {{"b", text("a")}}),
    };
    for (std::size_t i = 0; i < std::size(ascending); ++i) {
        for (std::size_t j = 0; j < std::size(ascending); ++j) {
            EXPECT_EQ(order(ascending[i], ascending[j]), i <=> j) << i << " " << j;
        }
    }
}

}  // namespace
}  // namespace kiln::hcl
