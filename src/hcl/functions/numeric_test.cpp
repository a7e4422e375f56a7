#include "hcl/functions/functions_test_support.hpp"

namespace kiln::hcl::functions::testing {
namespace {

TEST(NumericFunctions, GiveWhatPackerGives) {
    expect_results({
        {"abs(-1.5)", "1.5"},
        {"ceil(1.2)", "2"},
        {"ceil(-1.2)", "-1"},
        {"floor(-1.5)", "-2"},
        {R"(floor("1.5"))", "1"},
        {"signum(-3)", "-1"},
        {"signum(0)", "0"},
        {"log(8,2)", "3"},
        {"log(10,10)", "1"},
        {"log(8,1)", "+Inf"},
        {"log(8,0)", "0"},
        {"pow(2,10)", "1024"},
        {"pow(2,0.5)", "1.4142135623730951"},
        {"pow(2,-1)", "0.5"},
        {"pow(10,30)", "1000000000000000000000000000000"},
        {"pow(10,400)", "+Inf"},
        {R"("${pow(10,30)}")", "1000000000000000000000000000000"},
        {R"("${log(100,10)}")", "2"},
        {R"(max(1,"3",2))", "3"},
        {"max([1,2]...)", "2"},
        {"min(1,-1/0)", "-Inf"},
        {"range(3)", "[0, 1, 2]"},
        {"range(3,0)", "[3, 2, 1]"},
        {"range(1,4)", "[1, 2, 3]"},
        {"range(0,10,3)", "[0, 3, 6, 9]"},
        {"range(10,0,-3)", "[10, 7, 4, 1]"},
        {"range(0)", "[]"},
        {"range(1,1)", "[]"},
        {"range(-2)", "[0, -1]"},
        {"range(0,1,0.25)", "[0, 0.25, 0.5, 0.75]"},
        {"range(0.5,3)", "[0.5, 1.5, 2.5]"},
        {"sum([1,2])", "3"},
        {R"(sum([1,2.5,"3"]))", "6.5"},
        {"sum(convert([1,2],set(number)))", "3"},
        {"range(0,3)", "[0, 1, 2]"},
        {"range(0,1,0.5)", "[0, 0.5]"},
        {"log(100,10)", "2"},
        {"pow(3,2)", "9"},
    });
}

TEST(NumericFunctions, NameTheArgumentToBlame) {
    expect_results({
        {"log(-1,2)", "the result is not a number @ log(-1,2)"},
        {"max()", "max() needs at least one number @ max()"},
        {R"(max("a"))",
         R"(invalid value for "numbers" of max(): a number is required, found string "a" @ "a")"},
        {"max(null,1)", R"(invalid value for "numbers" of max(): it must not be null @ null)"},
        {"range(1,4,-1)",
         "the end must not be greater than the start when the step is negative @ 4"},
        {"range(1,4,0)", "the range has more than 1024 elements @ range(1,4,0)"},
        {"range(2000)", "the range has more than 1024 elements @ range(2000)"},
        {"range()", "range() takes one, two or three numbers @ range()"},
        {"range(1,2,3,4)", "range() takes one, two or three numbers @ range(1,2,3,4)"},
        {"range(1025)", "the range has more than 1024 elements @ range(1025)"},
        {"range(1/0)", "the range has more than 1024 elements @ range(1/0)"},
        {"range(4,1,1)", "the end must not be less than the start when the step is positive @ 1"},
        {"sum([])", "the list must not be empty @ []"},
        {"sum([1,null])", "element 1: null cannot be added @ [1,null]"},
        {R"(sum(["x"]))", R"(element 0: a number is required, found string "x" @ ["x"])"},
        {R"(sum("a"))", R"(a list of numbers is required, found string @ "a")"},
    });
}

}  // namespace
}  // namespace kiln::hcl::functions::testing
