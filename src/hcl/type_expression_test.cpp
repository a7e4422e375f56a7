#include "hcl/type_expression.hpp"

#include "hcl/parser.hpp"
#include "hcl/value.hpp"

#include <gtest/gtest.h>

namespace kiln::hcl {
namespace {

std::string read_text(
    const std::string& text, OptionalAttributes optional = OptionalAttributes::refused
) {
    const SourceFile file("t", text);
    Diagnostics diagnostics;
    const std::optional<Type> type =
        read_type(*parse_expression(file, diagnostics), optional, diagnostics);
    return type && diagnostics.empty() ? to_string(*type) : render(diagnostics);
}

struct TypeCase {
    const char* text;
    const char* want;
};

TEST(ReadType, Types) {
    for (const char* const text :
         {"string",
          "number",
          "bool",
          "any",
          "list(string)",
          "set(map(any))",
          "tuple([string, list(bool)])",
          "object({a=string, b=object({c=number})})",
          "object({})"}) {
        EXPECT_EQ(read_text(text), text);
    }
}

TEST(ReadType, OptionalAttributes) {
    const SourceFile file(
        "t", "object({a = optional(number, \"5\"), b = optional(string), c = bool})"
    );
    Diagnostics diagnostics;
    const std::optional<Type> type =
        read_type(*parse_expression(file, diagnostics), OptionalAttributes::allowed, diagnostics);
    ASSERT_TRUE(type.has_value());
    const Type::Attribute& a = type->attributes().at("a");
    EXPECT_TRUE(a.optional);
    EXPECT_EQ(*a.default_value, Value::number(5));
    EXPECT_TRUE(type->attributes().at("b").optional);
    EXPECT_EQ(type->attributes().at("b").default_value, nullptr);
    EXPECT_FALSE(type->attributes().at("c").optional);
}

TEST(ReadType, ShowsWhatIsWrong) {
    constexpr TypeCase kCases[] = {
        {"strng",
         "t:1:1: error: there is no type \"strng\"\n"
         "    1 | strng\n"
         "      | ^^^^^\n"
         "  hint: did you mean \"string\"?"},
        {"\"string\"",
         "t:1:1: error: this is no type\n"
         "    1 | \"string\"\n"
         "      | ^^^^^^^^\n"
         "  hint: types are written without quotes"},
        {"list",
         "t:1:1: error: list needs the type of its elements\n"
         "    1 | list\n"
         "      | ^^^^\n"
         "  hint: as in list(string)"},
        {"map(string, number)",
         "t:1:1: error: map takes one argument\n"
         "    1 | map(string, number)\n"
         "      | ^^^^^^^^^^^^^^^^^^^"},
        {"string(1)",
         "t:1:1: error: string takes no arguments\n"
         "    1 | string(1)\n"
         "      | ^^^^^^^^^"},
        {"object([string])",
         "t:1:8: error: object takes its attributes\n"
         "    1 | object([string])\n"
         "      |        ^^^^^^^^\n"
         "  hint: as in object({ name = string })"},
        {"tuple(string)",
         "t:1:7: error: tuple takes a list of types\n"
         "    1 | tuple(string)\n"
         "      |       ^^^^^^\n"
         "  hint: as in tuple([string])"},
        {"object({a = optional(string)})",
         "t:1:13: error: optional() cannot be used here\n"
         "    1 | object({a = optional(string)})\n"
         "      |             ^^^^^^^^"},
        {"optional(string)",
         "t:1:1: error: optional() stands for attributes of object types only\n"
         "    1 | optional(string)\n"
         "      | ^^^^^^^^^^^^^^^^"},
        {"1 + 2",
         "t:1:1: error: this is no type\n"
         "    1 | 1 + 2\n"
         "      | ^^^^^\n"
         "  hint: as in string, list(number), map(any)"},
    };
    for (const TypeCase& c : kCases) {
        SCOPED_TRACE(c.text);
        EXPECT_EQ(read_text(c.text), c.want);
    }
    EXPECT_EQ(
        read_text("object({a = optional(number, \"x\")})", OptionalAttributes::allowed),
        "t:1:30: error: a number is required, found string \"x\"\n"
        "    1 | object({a = optional(number, \"x\")})\n"
        "      |                              ^^^"
    );
}

}  // namespace
}  // namespace kiln::hcl
