#include "hcl/functions/functions_test_support.hpp"

namespace kiln::hcl::functions::testing {
namespace {

TEST(ObjectFunctions, GiveWhatPackerGives) {
    expect_results({
        {"keys({b=1,a=2})", R"(["a", "b"])"},
        {"keys({})", "[]"},
        {"keys(convert({b=1},map(number)))", R"(["b"])"},
        {R"(values({b=1,a="x"}))", R"(["x", 1])"},
        {"values(convert({b=1,a=2},map(number)))", "[2, 1]"},
        {"values({})", "[]"},
        {R"(lookup({a=1},"a",2))", "1"},
        {R"(lookup({a=1},"b",2))", "2"},
        {R"(lookup({a=1},"b","x"))", R"("x")"},
        {R"(lookup({a=1,b="x"},"a","x"))", "1"},
        {R"(lookup(convert({a=1},map(number)),"b","3"))", "3"},
        {R"(lookup({a=1},"b",[]))", "[]"},
        {R"(lookup({a=[1]},"b",[]))", "[]"},
        {R"(lookup({a=null},"a",2))", "null"},
        {R"(lookup({},"a",2))", "2"},
        {"merge({a=1},{b=2})", "{ a = 1, b = 2 }"},
        {R"(merge({a=1},{a="x"}))", R"({ a = "x" })"},
        {"merge()", "{}"},
        {"merge({a=1},null)", "{ a = 1 }"},
        {"merge(null)", "null"},
        {"merge(null,null)", "null"},
        {"merge(convert({a=1},map(number)),convert({b=2},map(number))) == "
         "convert({a=1,b=2},map(number))",
         "true"},
        {R"(merge(convert({a=1},map(number)),convert({b="x"},map(string))))",
         R"({ a = 1, b = "x" })"},
        {R"(merge(convert({a=1},map(number)),{b="x"}))", R"({ a = 1, b = "x" })"},
        {"merge({},{})", "{}"},
        {R"(zipmap(["a","b"],[1,"x"]))", R"({ a = 1, b = "x" })"},
        {R"(zipmap(["a","b"],convert([1,2],list(number))) == convert({a=1,b=2},map(number)))",
         "true"},
        {"zipmap([],[])", "{}"},
        {R"(zipmap(["a","a"],[1,2]))", "{ a = 2 }"},
        {"zipmap([1],[1])", R"({ "1" = 1 })"},
    });
}

TEST(ObjectFunctions, NameTheArgumentToBlame) {
    expect_results({
        {"keys([1])", "a map or object is required, found tuple @ [1]"},
        {R"(lookup({a=1},"b"))",
         R"(function "lookup" needs 3 arguments, found 2; missing "default" @ lookup({a=1},"b"))"},
        {R"(lookup(convert({a=1},map(number)),"b","x"))",
         R"(the default must have the type of the map's elements: a number is required, found string "x" @ "x")"},
        {R"(lookup(convert({a=1},map(number)),"b",[]))",
         "the default must have the type of the map's elements: a number is required, found tuple "
         "@ []"},
        {R"(lookup({a=1},"b",null))",
         R"(invalid value for "default" of lookup(): it must not be null @ null)"},
        {R"(lookup([1],"0",2))", "a map or object is required, found tuple @ [1]"},
        {"merge([1])", "a map or object is required, found tuple @ [1]"},
        {R"(merge({a=1},"x"))", R"(a map or object is required, found string @ "x")"},
        {R"(zipmap(["a"],[1,2]))", "there must be as many values as keys, found 2 for 1 @ [1,2]"},
        {R"(zipmap(["a"],"x"))", R"(a list is required, found string @ "x")"},
        {"zipmap([null],[1])", "element 0 is null, which is no key @ [null]"},
    });
}

}  // namespace
}  // namespace kiln::hcl::functions::testing
