#include "hcl/functions/functions_test_support.hpp"

namespace kiln::hcl::functions::testing {
namespace {

TEST(SelectionFunctions, GiveWhatPackerGives) {
    expect_results({
        {R"(coalesce("",null,"b"))", R"("b")"},
        {"coalesce(null,1)", "1"},
        {R"(coalesce(1,"a"))", R"("1")"},
        {R"(coalesce([],["a"]))", "[]"},
        {"coalesce(null,[])", "[]"},
        {R"(coalescelist([],["a"]))", R"(["a"])"},
        {R"(coalescelist([null],["a"]))", "[null]"},
        {R"(coalescelist(null,["a"]))", R"(["a"])"},
        {"coalescelist(convert([],list(string)),[1])", "[1]"},
        {R"(element(["a","b"],3))", R"("b")"},
        {R"(element(["a","b"],0))", R"("a")"},
        {R"(element(["a",1],1))", "1"},
        {R"(element(["a"],"0"))", R"("a")"},
        {R"(slice(["a","b","c"],1,2))", R"(["b"])"},
        {R"(slice(["a","b","c"],0,3))", R"(["a", "b", "c"])"},
        {R"(slice(["a"],1,1))", "[]"},
        {R"(slice(["a",1],1,2))", "[1]"},
        {"alltrue([])", "true"},
        {"alltrue([true,true])", "true"},
        {R"(alltrue([true,"false"]))", "false"},
        {"alltrue([true,null])", "false"},
        {"anytrue([false,true])", "true"},
        {"anytrue([false,null])", "false"},
        {"anytrue([])", "false"},
        {R"(coalesce("","b"))", R"("b")"},
        {R"(coalesce(null,"",1,"a"))", R"("1")"},
    });
}

TEST(SelectionFunctions, NameTheArgumentToBlame) {
    expect_results({
        {"coalesce(null,null)",
         "every argument of coalesce() is null or empty @ coalesce(null,null)"},
        {R"(coalesce("",""))",
         R"(every argument of coalesce() is null or empty @ coalesce("",""))"},
        {"coalesce()", "the arguments of coalesce() must have one type @ coalesce()"},
        {"coalescelist([],[])",
         "coalescelist() has no argument that is not empty @ coalescelist([],[])"},
        {"coalescelist()", "coalescelist() has no argument that is not empty @ coalescelist()"},
        {"coalescelist({})", "a list is required, found object @ {}"},
        {"element([],0)", "the list must not be empty @ []"},
        {R"(element(["a"],-1))", R"("index" must be a whole number and not negative @ -1)"},
        {R"(element(["a"],1.5))", R"("index" must be a whole number and not negative @ 1.5)"},
        {R"(element(convert(["a"],set(string)),0))",
         R"(a list is required, found set of string @ convert(["a"],set(string)))"},
        {"element({},0)", "a list is required, found object @ {}"},
        {R"(element("a",0))", R"(a list is required, found string @ "a")"},
        {R"(slice(["a"],0,2))", "the end must not be greater than the length of the list, 1 @ 2"},
        {R"(slice(["a"],-1,1))", "the start must not be negative @ -1"},
        {R"(slice(["a"],1,0))", "the start must not be greater than the end @ 1"},
        {R"(slice("abc",0,1))", R"(a list is required, found string @ "abc")"},
        {R"(slice(convert(["a"],set(string)),0,1))",
         R"(a list is required, found set of string, whose elements have no index @ convert(["a"],set(string)))"},
        {R"(slice(["a"],0.5,1))",
         R"("start_index" must be a whole number of at most 64 bits @ 0.5)"},
        {R"(alltrue(["x"]))",
         R"(invalid value for "list" of alltrue(): element 0: a bool is required, found string "x" @ ["x"])"},
        {"coalesce(1,[])", "the arguments of coalesce() must have one type @ coalesce(1,[])"},
    });
}

}  // namespace
}  // namespace kiln::hcl::functions::testing
