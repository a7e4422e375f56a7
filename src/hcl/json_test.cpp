#include "hcl/json.hpp"

#include "hcl/print.hpp"

#include <gtest/gtest.h>

namespace kiln::hcl {
namespace {

std::string parsed(std::string_view text) {
    const auto result = parse_json(text);
    const auto* const error = std::get_if<JsonError>(&result);
    return error ? error->message : print_compact(std::get<Value>(result));
}

TEST(ParseJson, KeepsEveryDigit) {
    EXPECT_EQ(parsed("12345678901234567890123"), "12345678901234567890123");
    EXPECT_EQ(parsed("0.1234567890123456789012345"), "0.1234567890123456789012345");
    EXPECT_EQ(parsed("-9223372036854775809"), "-9223372036854775809");
    EXPECT_EQ(parsed("1e3"), "1000");
}

TEST(ParseJson, GivesTuplesAndObjects) {
    EXPECT_EQ(
        parsed(R"({"b": [true, null, "e\u0301"], "a": {}, "b": [false]})"),
        "{ a = {}, b = [false] }"
    );
    EXPECT_EQ(parsed(R"(["e\u0301"])"), "[\"\u00e9\"]");
}

TEST(ParseJson, SaysWhereItStopped) {
    EXPECT_EQ(
        parsed("[1,\n x]"),
        "line 2, column 2: syntax error while parsing value - invalid literal; last read: "
        "'1,<U+000A> x'"
    );
    EXPECT_EQ(
        parsed(std::string(501, '[') + std::string(501, ']')), "more than 500 levels are nested"
    );
    EXPECT_EQ(parsed(std::string(500, '[') + std::string(500, ']')).size(), 1000);
}

TEST(ToJson, IsCompactAndEscapedForHtml) {
    const Value value = Value::object(
        {{"b", Value::tuple({Value::boolean(true), Value::null(), Value::string("<a&b>\u2028")})},
         {"a", Value::number(*Number::parse("12345678901234567890.5"))},
         {"c", Value::set(Type::string(), {Value::string("y"), Value::string("x")})}}
    );
    EXPECT_EQ(
        to_json(value),
        R"({"a":12345678901234567890.5,"b":[true,null,"\u003ca\u0026b\u003e\u2028"],"c":["x","y"]})"
    );
}

TEST(ToJsonString, EscapesWhatGoEscapes) {
    EXPECT_EQ(
        to_json_string("\" \\ \b\f\n\r\t\x01\x7f/\u00e9\u2029"),
        "\"\\\" \\\\ \\b\\f\\n\\r\\t\\u0001\x7f/\u00e9\\u2029\""
    );
    EXPECT_EQ(to_json_string("a\xff"), "\"a\ufffd\"");
}

}  // namespace
}  // namespace kiln::hcl
