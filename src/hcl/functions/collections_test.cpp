#include "hcl/functions/functions_test_support.hpp"

namespace kiln::hcl::functions::testing {
namespace {

TEST(CollectionFunctions, GiveWhatPackerGives) {
    expect_results({
        {R"(chunklist(["a","b","c"],2))", R"([["a", "b"], ["c"]])"},
        {R"(chunklist(["a","b","c"],0))", R"([["a", "b", "c"]])"},
        {"chunklist([],2)", "[]"},
        {R"(chunklist([1,"b"],1))", R"([["1"], ["b"]])"},
        {R"(compact(["a","",null,"b"]))", R"(["a", "b"])"},
        {R"(compact([1,""]))", R"(["1"])"},
        {R"(concat([1],["a"]))", R"([1, "a"])"},
        {"concat([1],[2])", "[1, 2]"},
        {"concat(convert([1],list(number)),convert([2],list(number))) == "
         "convert([1,2],list(number))",
         "true"},
        {R"(concat(convert([1],list(number)),convert(["a"],list(string))))", R"(["1", "a"])"},
        {"concat([])", "[]"},
        {"concat(convert([1],list(number)),[])", "[1]"},
        {R"(contains(["1"],1))", "false"},
        {"contains([1,2],2)", "true"},
        {"contains([],1)", "false"},
        {R"(contains(convert(["a"],set(string)),"a"))", "true"},
        {R"(contains([1,"a"],"a"))", "true"},
        {R"(contains(convert(["1"],list(string)),1))", "false"},
        {R"(distinct(["b","a","b"]))", R"(["b", "a"])"},
        {R"(distinct([1,"1"]))", R"(["1"])"},
        {"distinct([])", "[]"},
        {"distinct([[1],[1]])", "[[1]]"},
        {R"(distinct(convert(["a"],set(string))))", R"(["a"])"},
        {"flatten([[1,[2]],3,[]])", "[1, 2, 3]"},
        {"flatten([])", "[]"},
        {R"(flatten([convert(["b","a"],set(string)),["c"]]))", R"(["a", "b", "c"])"},
        {"flatten([{a=[1]}])", "[{ a = [1] }]"},
        {"flatten([null,[1]])", "[null, 1]"},
        {R"(index(["a","b"],"b"))", "1"},
        {"length([1,2])", "2"},
        {"length({a=1})", "1"},
        {R"(length("héllo"))", "5"},
        {R"(length(convert(["a","a"],set(string))))", "1"},
        {"length(convert({a=1},map(number)))", "1"},
        {R"(reverse([1,"a"]))", R"(["a", 1])"},
        {"reverse(convert([1,2],list(number))) == convert([2,1],list(number))", "true"},
        {R"(reverse(convert(["b","a"],set(string))))", R"(["b", "a"])"},
        {"reverse([])", "[]"},
        {"sort([10,9])", R"(["10", "9"])"},
        {R"(sort(["b","a","B"]))", R"(["B", "a", "b"])"},
        {R"(sort(convert(["b","a"],set(string))))", R"(["a", "b"])"},
        {R"(sort(["é","z","a"]))", R"(["a", "z", "é"])"},
        {"length(convert([1],list(number)))", "1"},
        {R"(length("🇩🇪e\u0301"))", "2"},
    });
}

TEST(CollectionFunctions, NameTheArgumentToBlame) {
    expect_results({
        {R"(chunklist(["a"],-1))", R"("size" must be a whole number and not negative @ -1)"},
        {R"(chunklist(["a"],1.5))", R"("size" must be a whole number and not negative @ 1.5)"},
        {"concat()", "concat() needs at least one list @ concat()"},
        {R"(concat(convert(["a"],set(string))))",
         R"(a list is required, found set of string @ convert(["a"],set(string)))"},
        {"concat(null)", R"(invalid value for "seqs" of concat(): it must not be null @ null)"},
        {"contains({a=1},1)", "a list is required, found object @ {a=1}"},
        {"contains([null],null)",
         R"(invalid value for "value" of contains(): it must not be null @ null)"},
        {R"(contains("abc","a"))", R"(a list is required, found string @ "abc")"},
        {R"(flatten("a"))", R"(a list is required, found string @ "a")"},
        {"flatten({})", "a list is required, found object @ {}"},
        {R"(index([],"b"))", "the list must not be empty @ []"},
        {R"(index(["a"],"b"))", R"(the list has no such element @ "b")"},
        {R"(index("a","b"))", R"(a list is required, found string @ "a")"},
        {R"(index([1],"1"))", R"(the list has no such element @ "1")"},
        {R"(index({a=1},"a"))", "a list is required, found object @ {a=1}"},
        {R"(index(convert(["b","a"],set(string)),"b"))",
         R"(a list is required, found set of string @ convert(["b","a"],set(string)))"},
        {"length(5)", "a string, list, map or the like is required, found number @ 5"},
        {"length(true)", "a string, list, map or the like is required, found bool @ true"},
        {"length(null)", R"(invalid value for "value" of length(): it must not be null @ null)"},
        {R"(reverse("ab"))", R"(a list is required, found string @ "ab")"},
        {"reverse({})", "a list is required, found object @ {}"},
        {"sort([null])", "element 0 is null, which cannot be sorted @ [null]"},
        {R"(sort("a"))",
         R"(invalid value for "list" of sort(): a list of string is required, found string "a" @ "a")"},
    });
}

}  // namespace
}  // namespace kiln::hcl::functions::testing
