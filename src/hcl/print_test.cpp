#include "hcl/print.hpp"

#include <gtest/gtest.h>

namespace kiln::hcl {
namespace {

const Value kValue = Value::object({
    {"c d", Value::string("a\n\"b\" ${x} \x01")},
    {"e", Value::object({})},
    {"list", Value::tuple({Value::number(1), Value::tuple({}), Value::null()})},
    {"n", Value::number(*Number::parse("0.5"))},
    {"none", Value::null()},
    {"u", Value::unknown(Type::string())},
});

TEST(PrintConsole, IsThatOfPacker) {
    EXPECT_EQ(print_console(kValue), R"({
  "c d" = "a\n\"b\" ${x} \x01"
  "e" = {}
  "list" = [
    1,
    [],
    null,
  ]
  "n" = 0.5
  "u" = <unknown>
})");
    EXPECT_EQ(print_console(Value::string("a\n\"b\"")), "a\n\"b\"");
    EXPECT_EQ(print_console(Value::null()), "null");
    EXPECT_EQ(print_console(Value::object({{"a", Value::null()}})), "{}");
}

TEST(PrintConsole, RoundsNumbersThatAreNotWhole) {
    const auto printed = [](const char* text) {
        return print_console(Value::number(*Number::parse(text)));
    };
    EXPECT_EQ(printed("100000000"), "100000000");
    EXPECT_EQ(printed("12345678901234567890"), "1.2345678901234567e+19");
    EXPECT_EQ(printed("123456789.5"), "1.234567895e+08");
    EXPECT_EQ(printed("0.3333333333333333333333"), "0.3333333333333333");
    EXPECT_EQ(printed("Inf"), "+Inf");
}

TEST(PrintConsole, NamesWhatGrewTooLarge) {
    Value value = Value::string("x");
    for (int i = 0; i < 22; ++i) {
        value = Value::tuple({value, value});
    }
    EXPECT_TRUE(print_console(value).starts_with("<tuple of ")) << print_console(value).size();
    EXPECT_EQ(print_console(Value::string(std::string(5 << 20, 'x'))).size(), 5U << 20);
}

TEST(PrintCompact, IsWrittenAsInATemplate) {
    EXPECT_EQ(
        print_compact(kValue),
        R"({ "c d" = "a\n\"b\" $${x} \u0001", e = {}, list = [1, [], null], n = 0.5, none = null, u = <unknown> })"
    );
}

TEST(PrintGeneral, IsThatOfGo) {
    EXPECT_EQ(print_general(1000000), "1e+06");
    EXPECT_EQ(print_general(100000), "100000");
    EXPECT_EQ(print_general(0.0001), "0.0001");
    EXPECT_EQ(print_general(0.00001), "1e-05");
    EXPECT_EQ(print_general(0), "0");
}

TEST(QuoteGo, KeepsWhatCanBePrinted) {
    EXPECT_EQ(
        quote_go("\u00e9\u00a0\a\x7f\xff\U0001F600\U000E0001"),
        "\"\u00e9\\u00a0\\a\\x7f\\xff\U0001F600\\U000e0001\""
    );
}

TEST(QuoteBriefly, CutsBetweenCharacters) {
    EXPECT_EQ(quote_briefly("short"), "\"short\"");
    const std::string long_text = std::string(39, 'x') + "\u00e9";
    EXPECT_EQ(quote_briefly(long_text), "\"" + std::string(39, 'x') + "\"...");
}

TEST(QuoteTemplate, EscapesInterpolations) {
    EXPECT_EQ(quote_template("${a} %{b} $ $$ 100% \t"), R"("$${a} %%{b} $ $$ 100% \t")");
}

}  // namespace
}  // namespace kiln::hcl
