#include "hcl/functions/functions_test_support.hpp"

namespace kiln::hcl::functions::testing {
namespace {

TEST(CsvDecode, GiveWhatPackerGives) {
    expect_results({
        {R"(csvdecode("a,b\n1,2\n3,4\n"))", R"([{ a = "1", b = "2" }, { a = "3", b = "4" }])"},
        {R"(csvdecode("a,b\n1,\"2,\"\"x\"\n"))", R"([{ a = "1", b = "2,\"x" }])"},
        {R"(csvdecode("a,b\n"))", "[]"},
        {R"(csvdecode("a,b\r\n1,2\r\n\r\n3,4"))",
         R"([{ a = "1", b = "2" }, { a = "3", b = "4" }])"},
        {R"(csvdecode("a,b\n 1 ,\"x\ny\""))", R"([{ a = " 1 ", b = "x\ny" }])"},
        {R"(csvdecode("\na\n1"))", R"([{ a = "1" }])"},
        {R"(csvdecode("a,\n1,2"))", R"([{ "" = "2", a = "1" }])"},
    });
}

TEST(CsvDecode, NameTheArgumentToBlame) {
    expect_results({
        {R"(csvdecode("a,b\n1\n"))",
         R"(the text is not valid CSV: line 2: 2 fields are wanted, found 1 @ "a,b\n1\n")"},
        {R"(csvdecode("a,a\n1,2\n"))",
         R"(the text is not valid CSV: two columns are named "a" @ "a,a\n1,2\n")"},
        {R"(csvdecode(""))", R"(the text is not valid CSV: the header line is missing @ "")"},
        {R"(csvdecode("a,b\n1,x\"y\n"))",
         R"(the text is not valid CSV: line 2: a quote stands in a field that does not begin with one @ "a,b\n1,x\"y\n")"},
        {R"(csvdecode("a,b\n1,\"x\"y\n"))",
         R"(the text is not valid CSV: line 2: text follows the closing quote of a field @ "a,b\n1,\"x\"y\n")"},
    });
}

}  // namespace
}  // namespace kiln::hcl::functions::testing
