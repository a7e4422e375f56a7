#include "hcl/convert.hpp"

#include "hcl/print.hpp"

#include <gtest/gtest.h>

namespace kiln::hcl {
namespace {

const Type kString = Type::string();
const Type kNumber = Type::number();
const Type kBool = Type::boolean();

Value text(const char* s) {
    return Value::string(s);
}

Value number(int n) {
    return Value::number(n);
}

/// "VALUE : TYPE" or the error.
std::string outcome(const Value& value, const Type& type) {
    const Conversion conversion = convert(value, type);
    return conversion
               ? print_compact(*conversion.value) + " : " + to_string(conversion.value->type())
               : conversion.error;
}

struct ConvertCase {
    Value value;
    Type type;
    const char* want;
};

template <std::size_t N>
void expect_outcomes(const ConvertCase (&cases)[N]) {
    for (const ConvertCase& c : cases) {
        EXPECT_EQ(outcome(c.value, c.type), c.want)
            << print_compact(c.value) << " to " << to_string(c.type);
    }
}

TEST(Convert, Primitives) {
    expect_outcomes({
        {number(12), kString, R"("12" : string)"},
        {Value::boolean(true), kString, R"("true" : string)"},
        {text("1.50"), kNumber, "1.5 : number"},
        {text("true"), kBool, "true : bool"},
        {text("0"), kBool, "false : bool"},
        {text("x"), kNumber, R"(a number is required, found string "x")"},
        {text("True"), kBool, R"(a bool is required, found string "True")"},
        {text(""), kNumber, R"(a number is required, found string "")"},
        {number(1), kBool, "a bool is required, found number 1"},
        {Value::boolean(true), kNumber, "a number is required, found bool true"},
        {text("0123456789012345678901234567890123456789x"),
         kNumber,
         R"(a number is required, found string "0123456789012345678901234567890123456789"...)"},
    });
}

TEST(Convert, Collections) {
    const Value pair = Value::tuple({number(1), text("a")});
    const Value object = Value::object({{"a", number(1)}, {"b", text("x")}});
    expect_outcomes({
        {pair, Type::list(kString), R"(["1", "a"] : list(string))"},
        {pair, Type::set(kString), R"(["1", "a"] : set(string))"},
        {pair, Type::list(Type::dynamic()), R"(["1", "a"] : list(string))"},
        {Value::tuple({}), Type::list(Type::dynamic()), "[] : list(any)"},
        {Value::strings({"a", "a"}), Type::set(kString), R"(["a"] : set(string))"},
        {object, Type::map(kString), R"({ a = "1", b = "x" } : map(string))"},
        {object, Type::map(Type::dynamic()), R"({ a = "1", b = "x" } : map(string))"},
        {Value::tuple({number(1), Value::null()}),
         Type::list(Type::dynamic()),
         "[1, null] : list(number)"},
        {text("a"), Type::list(kString), R"(a list of string is required, found string "a")"},
        {object, Type::list(kString), "a list of string is required, found object"},
        {pair, Type::map(kString), "a map of string is required, found tuple"},
        {Value::tuple({number(1), Value::tuple({})}),
         Type::list(Type::dynamic()),
         "all list elements must have the same type"},
    });
}

TEST(Convert, Structures) {
    const Type point = Type::object({{"x", kNumber}, {"y", kNumber}});
    expect_outcomes({
        {Value::object({{"x", text("1")}, {"y", number(2)}, {"z", number(3)}}),
         point,
         "{ x = 1, y = 2 } : object({x=number, y=number})"},
        {Value::map(kString, {{"x", text("1")}, {"y", text("2")}}),
         point,
         "{ x = 1, y = 2 } : object({x=number, y=number})"},
        {Value::object({{"x", number(1)}}), point, R"(attribute "y" is required)"},
        {Value::tuple({text("1"), number(2)}),
         Type::tuple({kNumber, kString}),
         R"([1, "2"] : tuple([number, string]))"},
        {Value::tuple({number(1)}),
         Type::tuple({kNumber, kString}),
         "a tuple of 2 elements is required, found 1"},
        {Value::strings({"a"}),
         Type::tuple({kString}),
         "a tuple is required, found list of string"},
        {text("a"), point, R"(an object is required, found string "a")"},
    });
}

TEST(Convert, NamesThePlaceOfANestedFailure) {
    expect_outcomes({
        {Value::tuple({number(1), text("1"), text("x")}),
         Type::list(kNumber),
         R"(element 2: a number is required, found string "x")"},
        {Value::object({{"k", Value::tuple({text("x")})}}),
         Type::map(Type::list(kNumber)),
         R"(element "k": element 0: a number is required, found string "x")"},
        {Value::tuple({Value::object({{"a", text("x")}})}),
         Type::list(Type::object({{"a", kBool}})),
         R"(element 0: attribute "a": a bool is required, found string "x")"},
    });
}

TEST(Convert, FillsOptionalAttributes) {
    const auto number_default = std::make_shared<const Value>(number(8));
    const auto empty = std::make_shared<const Value>(Value::object({}));
    const Type disk = Type::object(Type::Attributes{
        {"size", {kNumber, true, number_default}},
        {"type", {kString, true}},
    });
    const Type node = Type::object(Type::Attributes{{"disk", {disk, true, empty}}});
    expect_outcomes({
        {Value::object({}), disk, "{ size = 8, type = null } : object({size=number, type=string})"},
        {Value::object({{"size", Value::null()}, {"type", text("gp3")}}),
         disk,
         R"({ size = 8, type = "gp3" } : object({size=number, type=string}))"},
        {Value::object({}),
         node,
         "{ disk = { size = 8, type = null } } : "
         "object({disk=object({size=number, type=string})})"},
    });
}

TEST(Convert, KeepsNullsAndUnknowns) {
    expect_outcomes({
        {Value::null(), kString, "null : string"},
        {Value::null(kString), kNumber, "null : number"},
        {Value::unknown(), Type::list(kString), "<unknown> : list(string)"},
        {Value::unknown(kString), kBool, "<unknown> : bool"},
        {Value::unknown(kString),
         Type::list(kString),
         "a list of string is required, found string"},
        {Value::unknown(kNumber), kBool, "a bool is required, found number"},
        {Value::tuple({Value::unknown(kNumber)}),
         Type::list(kString),
         "[<unknown>] : list(string)"},
    });
}

}  // namespace
}  // namespace kiln::hcl
