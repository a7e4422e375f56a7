#include "hcl/type.hpp"

#include "hcl/value.hpp"

#include <gtest/gtest.h>

namespace kiln::hcl {
namespace {

struct TypeTextCase {
    Type type;
    const char* text;
    const char* friendly;
};

TEST(TypeText, IsThatOfTheLanguage) {
    const auto fallback = std::make_shared<const Value>(Value::number(3));
    const Type options = Type::object(Type::Attributes{
        {"a b", {Type::boolean()}},
        {"n", {Type::number(), true, fallback}},
        {"s", {Type::string(), true}},
    });
    const TypeTextCase cases[] = {
        {Type(), "any", "dynamic"},
        {Type::string(), "string", "string"},
        {Type::number(), "number", "number"},
        {Type::boolean(), "bool", "bool"},
        {Type::list(Type::string()), "list(string)", "list of string"},
        {Type::set(Type::dynamic()), "set(any)", "set"},
        {Type::map(Type::list(Type::number())), "map(list(number))", "map of list of number"},
        {Type::tuple({}), "tuple([])", "tuple"},
        {Type::tuple({Type::string(), Type::number()}), "tuple([string, number])", "tuple"},
        {options, R"(object({"a b"=bool, n=optional(number, 3), s=optional(string)}))", "object"},
    };
    for (const TypeTextCase& c : cases) {
        EXPECT_EQ(to_string(c.type), c.text);
        EXPECT_EQ(friendly_name(c.type), c.friendly);
    }
}

TEST(Type, ComparesByStructure) {
    EXPECT_EQ(Type::list(Type::string()), Type::list(Type::string()));
    EXPECT_NE(Type::list(Type::string()), Type::set(Type::string()));
    EXPECT_NE(Type::list(Type::string()), Type::list(Type::number()));
    EXPECT_EQ(Type::object({{"a", Type::string()}}), Type::object({{"a", Type::string()}}));
    EXPECT_NE(Type::object({{"a", Type::string()}}), Type::object({{"b", Type::string()}}));
    EXPECT_NE(Type::tuple({Type::string()}), Type::tuple({}));
    EXPECT_NE(
        Type::object(Type::Attributes{{"a", {Type::string(), true}}}),
        Type::object({{"a", Type::string()}})
    );
}

TEST(Type, LosesOptionalAttributesAtEveryDepth) {
    const Type inner = Type::object(Type::Attributes{{"a", {Type::string(), true}}});
    const Type plain = Type::object({{"a", Type::string()}});
    EXPECT_EQ(
        Type::list(Type::tuple({inner, Type::map(inner)})).without_optional(),
        Type::list(Type::tuple({plain, Type::map(plain)}))
    );
}

TEST(Type, KnowsWhetherAPartIsDynamic) {
    EXPECT_TRUE(Type::object({{"a", Type::list(Type::dynamic())}}).has_dynamic());
    EXPECT_FALSE(Type::object({{"a", Type::list(Type::string())}}).has_dynamic());
}

}  // namespace
}  // namespace kiln::hcl
