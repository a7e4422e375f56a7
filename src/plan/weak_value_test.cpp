#include "plan/weak_value.hpp"

#include "hcl/json.hpp"
#include "hcl/print.hpp"

#include <gtest/gtest.h>

namespace kiln::plan {
namespace {

struct WeakCase {
    const char* json;
    OptionType type;
    const char* want;  ///< as printed, or the reason against it
    bool is_optional = false;
};

std::string fit(const WeakCase& c) {
    const hcl::Value value = std::get<hcl::Value>(hcl::parse_json(c.json));
    const auto fitted = weak_value(value, c.type, c.is_optional);
    const auto* mismatch = std::get_if<WeakMismatch>(&fitted);
    return mismatch != nullptr ? mismatch->reason
                               : hcl::print_compact(std::get<hcl::Value>(fitted));
}

// What Packer 1.6.6 made of the same values, but for the words of the mistakes.
TEST(WeakValue, FitsAsFreelyAsPacker) {
    constexpr WeakCase kCases[] = {
        {R"("a")", OptionType::string, R"("a")"},
        {"true", OptionType::string, R"("1")"},
        {"false", OptionType::string, R"("0")"},
        {"2.5", OptionType::string, R"("2.5")"},
        {"1e3", OptionType::string, R"("1000")"},
        {"null", OptionType::string, "null"},
        {R"(["a"])", OptionType::string, "found an array"},
        {R"({"a": "b"})", OptionType::string, "found an object"},
        {R"("true")", OptionType::boolean, "true"},
        {R"("T")", OptionType::boolean, "true"},
        {R"("0")", OptionType::boolean, "false"},
        {R"("")", OptionType::boolean, "false"},
        {R"("")", OptionType::boolean, "null", true},
        {"2", OptionType::boolean, "true"},
        {"0", OptionType::boolean, "false"},
        {R"("yes")", OptionType::boolean, "\"yes\" is neither true nor false"},
        {"[]", OptionType::boolean, "found an array"},
        {R"("42")", OptionType::integer, "42"},
        {R"("-7")", OptionType::integer, "-7"},
        {R"("0x1f")", OptionType::integer, "31"},
        {R"("017")", OptionType::integer, "15"},
        {R"("")", OptionType::integer, "0"},
        {"true", OptionType::integer, "1"},
        {"2.9", OptionType::integer, "2"},
        {R"("2.9")", OptionType::integer, "\"2.9\" is not a whole number"},
        {R"("+-3")", OptionType::integer, "\"+-3\" is not a whole number"},
        {R"("5m")", OptionType::duration, R"("5m")"},
        {"1000000000", OptionType::duration, R"("1000000000ns")"},
        {R"("")",
         OptionType::duration,
         "\"\" is no duration; leave the option out, or write \"0s\""},
        {"true", OptionType::duration, "found a bool"},
        {"512", OptionType::size, R"("512")"},
        {R"("8G")", OptionType::size, R"("8G")"},
        {R"("a,b ,c")", OptionType::string_list, R"(["a", "b ", "c"])"},
        {R"("")", OptionType::string_list, "[]"},
        {R"(["a,b", 1, true, null])", OptionType::string_list, R"(["a,b", "1", "1", ""])"},
        {"5", OptionType::string_list, R"(["5"])"},
        {"{}", OptionType::string_list, "[]"},
        {R"({"a": 1})", OptionType::string_list, "of an element: found an object"},
        {R"("0,2")", OptionType::integer_list, "[0, 2]"},
        {R"([0, "3"])", OptionType::integer_list, "[0, 3]"},
        {R"([["-m", "512"], "a,b"])",
         OptionType::string_list_list,
         R"([["-m", "512"], ["a", "b"]])"},
        {R"({"a": 1, "b": "x"})", OptionType::string_map, R"({ a = "1", b = "x" })"},
        {R"([{"a": "1"}, {"b": "2"}])", OptionType::string_map, R"({ a = "1", b = "2" })"},
        {"[]", OptionType::string_map, "{}"},
        {R"("")", OptionType::string_map, "found a string"},
        {R"({"a": []})", OptionType::string_map, "\"a\": found an array"},
    };
    for (const WeakCase& c : kCases) {
        SCOPED_TRACE(std::string(c.json) + " as " + name_of(c.type));
        EXPECT_EQ(fit(c), c.want);
    }
}

}  // namespace
}  // namespace kiln::plan
