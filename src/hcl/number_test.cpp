#include "hcl/number.hpp"

#include <gtest/gtest.h>
#include <limits>

namespace kiln::hcl {
namespace {

Number number(std::string_view text) {
    const auto parsed = Number::parse(text);
    EXPECT_TRUE(parsed) << text;
    return parsed.value_or(Number());
}

std::string text_of(const std::optional<Number>& result) {
    return result ? result->to_string() : "undefined";
}

struct NumberTextCase {
    const char* text;
    std::string want;
};

TEST(NumberText, IsTheShortestPlainDecimal) {
    const NumberTextCase cases[] = {
        {"0", "0"},
        {"-0", "0"},
        {"12", "12"},
        {"1.50", "1.5"},
        {"0.1", "0.1"},
        {".5", "0.5"},
        {"5.", "5"},
        {"+5", "5"},
        {"-2E-4", "-0.0002"},
        {"1e3", "1000"},
        {"1e30", "1000000000000000000000000000000"},
        {"1e-7", "0.0000001"},
        {"12345678901234567890", "12345678901234567890"},
        {"9223372036854775807", "9223372036854775807"},
        {"9223372036854775808", "9223372036854775808"},
        {"-9223372036854775808", "-9223372036854775808"},
        {"123456789012345678901234567890.125", "123456789012345678901234567890.125"},
        {"1p5", "32"},
        {"Inf", "+Inf"},
        {"-inf", "-Inf"},
        {"1e200", "1" + std::string(200, '0')},
    };
    for (const NumberTextCase& c : cases) {
        EXPECT_EQ(number(c.text).to_string(), c.want) << c.text;
    }
}

TEST(NumberText, KeepsAHundredAndFiftyDigits) {
    std::string digits;
    for (int i = 0; i < 150; ++i) {
        digits += static_cast<char>('1' + i % 9);
    }
    EXPECT_EQ(number(digits).to_string(), digits);
    EXPECT_EQ(number("0." + digits).to_string(), "0." + digits);
}

TEST(NumberText, RefusesWhatIsNoNumber) {
    for (const char* text :
         {"",
          "-",
          ".",
          "e5",
          "1e",
          "1e+",
          "1.2.3",
          "0x10",
          "1_0",
          " 5",
          "5 ",
          "--5",
          "1e99999999",
          "nan",
          "infinity"}) {
        EXPECT_FALSE(Number::parse(text)) << text;
    }
}

struct ArithmeticCase {
    const char* a;
    char operation;
    const char* b;
    std::string want;
};

TEST(NumberArithmetic, FollowsPacker) {
    const ArithmeticCase cases[] = {
        {"0.1", '+', "0.2", "0.3"},
        {"1", '/', "3", "0." + std::string(154, '3') + "5"},
        {"5", '/', "2", "2.5"},
        {"1", '/', "0", "+Inf"},
        {"-1", '/', "0", "-Inf"},
        {"0", '/', "0", "undefined"},
        {"Inf", '/', "Inf", "undefined"},
        {"1", '/', "Inf", "0"},
        {"Inf", '-', "Inf", "undefined"},
        {"Inf", '+', "Inf", "+Inf"},
        {"0", '*', "Inf", "undefined"},
        {"-2", '*', "Inf", "-Inf"},
        {"-5", '%', "3", "-2"},
        {"5", '%', "-3", "2"},
        {"5.5", '%', "2", "1.5"},
        {"5.5", '%', "0.1", "0"},
        {"5", '%', "0", "5"},
        {"-Inf", '%', "3", "-Inf"},
        {"3", '%', "Inf", "undefined"},
        {"9223372036854775807", '+', "1", "9223372036854775808"},
        {"9223372036854775808", '-', "1", "9223372036854775807"},
        {"-9223372036854775808", '*', "-1", "9223372036854775808"},
        {"4294967296", '*', "4294967296", "18446744073709551616"},
    };
    for (const ArithmeticCase& c : cases) {
        SCOPED_TRACE(std::string(c.a) + c.operation + c.b);
        const Number a = number(c.a);
        const Number b = number(c.b);
        switch (c.operation) {
            case '+':
                EXPECT_EQ(text_of(add(a, b)), c.want);
                break;
            case '-':
                EXPECT_EQ(text_of(subtract(a, b)), c.want);
                break;
            case '*':
                EXPECT_EQ(text_of(multiply(a, b)), c.want);
                break;
            case '/':
                EXPECT_EQ(text_of(divide(a, b)), c.want);
                break;
            default:
                EXPECT_EQ(text_of(remainder(a, b)), c.want);
        }
    }
}

TEST(NumberArithmetic, EndsInInfinityAndZero) {
    const Number large = number("1e1000000");
    EXPECT_EQ(multiply(large, large), Number::infinity(false));
    EXPECT_EQ(multiply(large, -large), Number::infinity(true));
    EXPECT_EQ(divide(number("1e-1000000"), large), Number(0));
    EXPECT_FALSE(Number::parse(std::string(2'000'000, '9')));
}

TEST(Number, ComparesByValue) {
    const char* ascending[] = {
        "-Inf", "-1e30", "-1.5", "-1", "0", "1e-9", "1", "1.5", "2", "1e30", "Inf"};
    for (std::size_t i = 0; i < std::size(ascending); ++i) {
        for (std::size_t j = 0; j < std::size(ascending); ++j) {
            EXPECT_EQ(number(ascending[i]) <=> number(ascending[j]), i <=> j)
                << ascending[i] << " " << ascending[j];
        }
    }
    EXPECT_EQ(number("1.0"), Number(1));
}

TEST(Number, RoundsToWholeNumbers) {
    EXPECT_EQ(number("-1.5").floor(), Number(-2));
    EXPECT_EQ(number("-1.5").ceil(), Number(-1));
    EXPECT_EQ(number("-1.5").truncate(), Number(-1));
    EXPECT_EQ(number("1.5").truncate(), Number(1));
    EXPECT_EQ(number("1.5").ceil(), Number(2));
    EXPECT_EQ(number("Inf").floor(), Number::infinity(false));
    EXPECT_EQ(number("-1.5").abs(), number("1.5"));
}

TEST(Number, GivesIntegersOnlyWhenExact) {
    EXPECT_EQ(number("-12").to_int64(), -12);
    EXPECT_EQ(number("1.2e1").to_int64(), 12);
    EXPECT_EQ(number("1.5").to_int64(), std::nullopt);
    EXPECT_EQ(number("1e19").to_int64(), std::nullopt);
    EXPECT_TRUE(number("1e19").is_integer());
    EXPECT_FALSE(number("1.5").is_integer());
    EXPECT_FALSE(number("Inf").is_integer());
    EXPECT_EQ(
        Number(std::numeric_limits<std::uint64_t>::max()).to_string(), "18446744073709551615"
    );
}

TEST(Number, ComesFromDoublesByTheirText) {
    EXPECT_EQ(Number::from_double(0.1), number("0.1"));
    EXPECT_EQ(Number::from_double(1e30), number("1e30"));
    EXPECT_EQ(Number::from_double(-1 / 0.0), Number::infinity(true));
    EXPECT_EQ(Number::from_double(0.5), number("0.5"));
    EXPECT_EQ(Number::from_double(-3), Number(-3));
    EXPECT_EQ(Number::from_double(std::numeric_limits<double>::quiet_NaN()), std::nullopt);
    EXPECT_DOUBLE_EQ(number("0.1").to_double(), 0.1);
}

TEST(NumberText, WritesAndReadsOtherBases) {
    EXPECT_EQ(
        number("123456789012345678901234567890").to_string_in_base(16), "18ee90ff6c373e0ee4e3f0ad2"
    );
    EXPECT_EQ(Number(-5).to_string_in_base(2), "-101");
    EXPECT_EQ(Number(0).to_string_in_base(2), "0");
    EXPECT_EQ(Number::parse_integer("FF", 16), Number(255));
    EXPECT_EQ(Number::parse_integer("-zz", 36), Number(-1295));
    EXPECT_EQ(Number::parse_integer("aA", 62), Number(10 * 62 + 36));
    EXPECT_EQ(Number::parse_integer("12", 2), std::nullopt);
    EXPECT_EQ(Number::parse_integer("1 0", 2), std::nullopt);
    EXPECT_EQ(Number::parse_integer("", 10), std::nullopt);
}

TEST(NumberText, FormatsLikeC) {
    EXPECT_EQ(number("12345.678").to_fixed(2), "12345.68");
    EXPECT_EQ(number("0.5").to_fixed(0), "0");
    EXPECT_EQ(number("2.5").to_fixed(0), "2");
    EXPECT_EQ(number("1e20").to_fixed(1), "100000000000000000000.0");
    EXPECT_EQ(number("12345.678").to_scientific(2), "1.23e+04");
    EXPECT_EQ(number("12345.678").to_general(3), "1.23e+04");
    EXPECT_EQ(number("12345.678").to_general({}), "12345.678");
    EXPECT_EQ(number("1000000").to_general({}), "1e+06");
    EXPECT_EQ(number("100000").to_general({}), "100000");
    EXPECT_EQ(number("0.0001").to_general({}), "0.0001");
    EXPECT_EQ(number("-0.00001").to_general({}), "-1e-05");
    EXPECT_EQ(number("12345678901234567890").to_general({}), "1.234567890123456789e+19");
    EXPECT_EQ(number("Inf").to_general({}), "+Inf");
    EXPECT_EQ(Number(0).to_general({}), "0");
}

}  // namespace
}  // namespace kiln::hcl
