#include "hcl/functions/functions_test_support.hpp"

namespace kiln::hcl::functions::testing {
namespace {

TEST(SetFunctions, GiveWhatPackerGives) {
    expect_results({
        {R"(setintersection(["a","b"],["b"]))", R"(["b"])"},
        {R"(setintersection(["a"],[1]))", "[]"},
        {R"(setunion(["a"],["b"]))", R"(["a", "b"])"},
        {R"(setunion([1],["b"]))", R"(["1", "b"])"},
        {"setunion([])", "[]"},
        {R"(setunion(["a"],[]))", R"(["a"])"},
        {R"(setintersection(["a","b"]))", R"(["a", "b"])"},
        {R"(setproduct(["a","b"],[1,2]))", R"([["a", 1], ["a", 2], ["b", 1], ["b", 2]])"},
        {R"(setproduct(["a","b"],[]))", "[]"},
        {R"(setproduct(convert(["b","a"],set(string)),convert([1],set(number))))",
         R"([["a", 1], ["b", 1]])"},
        {R"(setproduct(convert(["b","a"],set(string)),[1]))", R"([["a", 1], ["b", 1]])"},
        {R"(setproduct(["a"],[1,"x"]))", R"([["a", "1"], ["a", "x"]])"},
        {R"(setproduct([["a"]],[1]))", R"([[["a"], 1]])"},
        {R"(setproduct(["a"],[null]))", R"([["a", null]])"},
        {R"(setproduct(["a","b"],["c"],[1,2]))",
         R"([["a", "c", 1], ["a", "c", 2], ["b", "c", 1], ["b", "c", 2]])"},
        {R"(setunion(["b","a"],["a","c"]))", R"(["a", "b", "c"])"},
        {R"(setintersection(["b","a"],["a","b","c"],["b"]))", R"(["b"])"},
    });
}

TEST(SetFunctions, NameTheArgumentToBlame) {
    expect_results({
        {R"(setunion([[1]],["b"]))",
         R"(the sets must have elements of one type @ setunion([[1]],["b"]))"},
        {"setunion()",
         R"(function "setunion" needs at least 1 argument, found 0; missing "first_set" @ setunion())"},
        {R"(setproduct(["a","b"]))",
         R"(setproduct() needs at least two sets or lists @ setproduct(["a","b"]))"},
        {"setproduct()", "setproduct() needs at least two sets or lists @ setproduct()"},
        {R"(setproduct("a",["b"]))", R"(a list is required, found string "a" @ "a")"},
    });
}

}  // namespace
}  // namespace kiln::hcl::functions::testing
