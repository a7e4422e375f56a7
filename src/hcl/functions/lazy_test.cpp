#include "hcl/functions/functions_test_support.hpp"

namespace kiln::hcl::functions::testing {
namespace {

TEST(LazyFunctions, GiveWhatPackerGives) {
    expect_results({
        {"can(1)", "true"},
        {"can(foo)", "false"},
        {"can(1/0)", "true"},
        {"can(0/0)", "false"},
        {"try(1,2)", "1"},
        {"try(0/0, {}.x, 3)", "3"},
        {"can({a=1}.b)", "false"},
        {"try(null,1)", "null"},
        {R"(try({a=1}.b, "x"))", R"("x")"},
        {R"(try(1 / "a", 0 / 0, "last"))", R"("last")"},
        {R"(try(jsondecode("x"), "fallback"))", R"("fallback")"},
        {R"(can(jsondecode("x")))", "false"},
        {R"(convert("1", number))", "1"},
        {R"(convert(["a","a"], set(string)))", R"(["a"])"},
        {R"(convert([1,"a"], list(string)))", R"(["1", "a"])"},
        {"convert({a=1}, map(string))", R"({ a = "1" })"},
    });
}

TEST(LazyFunctions, NameTheArgumentToBlame) {
    expect_results({
        {"try()", "try() needs at least one argument @ try()"},
        {"convert(1)",
         R"(function "convert" needs 2 arguments, found 1; missing "type" @ convert(1))"},
        {"convert(1,foo)", R"(there is no type "foo" @ foo)"},
        {R"(convert(1,"string"))", R"(this is no type @ "string")"},
        {"convert({a=1},object({a=optional(number)}))",
         "optional() cannot be used here @ optional"},
        {"convert([1],list)", "list needs the type of its elements @ list"},
        {"convert([1],list(foo))", R"(there is no type "foo" @ foo)"},
        {R"(convert("x", number))", R"(a number is required, found string "x" @ "x")"},
        {"convert([1,{}], list(string))", "element 1: a string is required, found object @ [1,{}]"},
        {"convert(upper(1,2), string)",
         R"(function "upper" takes 1 argument, found 2 @ upper(1,2))"},
    });
}

}  // namespace
}  // namespace kiln::hcl::functions::testing
