#include "hcl/functions/functions_test_support.hpp"

namespace kiln::hcl::functions::testing {
namespace {

TEST(RegexFunctions, GiveWhatPackerGives) {
    expect_results({
        {R"(regex("a(b)?","a"))", "[null]"},
        {R"(regex("(?P<x>a)(?P<y>b)?","a"))", R"({ x = "a", y = null })"},
        {R"(regex("a.c","xabcx"))", R"("abc")"},
        {R"x(regex("(a)(b)","ab"))x", R"(["a", "b"])"},
        {R"(regexall("[0-9]+","a1b22"))", R"(["1", "22"])"},
        {R"(regexall("(a)(b)?","abxa"))", R"([["a", "b"], ["a", null]])"},
        {R"(regexall("z","a"))", "[]"},
        {R"x(regexall("(?P<x>a)","aa"))x", R"([{ x = "a" }, { x = "a" }])"},
        {R"(regexall("","ab"))", R"(["", "", ""])"},
        {R"(regexall("a*","baac"))", R"(["", "aa", ""])"},
        {R"x(regex_replace("abc","a(.)","$1$1"))x", R"("bbc")"},
        {R"x(regex_replace("abc","a(?P<n>.)","<${"$"}{n}>"))x", R"("<b>c")"},
        {R"x(regex_replace("abc","a(.)","$1x"))x", R"("c")"},
        {R"x(regex_replace("abc","(b)","$$1$0"))x", R"("a$1bc")"},
        {R"(regex_replace("abc","","-"))", R"("-a-b-c-")"},
        {R"(regex_replace("aébc","x*","-"))", R"("-a-é-b-c-")"},
        {R"(regex_replace("abc","b","$"))", R"("a$c")"},
        {R"(regex_replace("abc","b","$z|"))", R"("a|c")"},
        {R"(regexall("é","éaé"))", R"(["é", "é"])"},
        {R"(regexall("\\b","a b"))", R"(["", "", "", ""])"},
        {R"(regex("(?i)B","ab"))", R"("b")"},
        {R"x(regex("(?P<y>..)-(?P<m>..)","18-01"))x", R"({ m = "01", y = "18" })"},
        {R"(regex_replace("2018-01-02T03:04:05Z","[- TZ:]",""))", R"("20180102030405")"},
        {R"(regex_replace("a.b","\\.","${"$"}${"$"}0"))", R"("a$0b")"},
    });
}

TEST(RegexFunctions, NameTheArgumentToBlame) {
    expect_results({
        {R"x(regex("(?P<x>a)(b)","ab"))x",
         R"x(a regular expression cannot have both named and unnamed groups @ "(?P<x>a)(b)")x"},
        {R"(regex("b","a"))", R"(the pattern does not match the string @ "a")"},
        {R"(regex("[","a"))", R"("[" is no regular expression: missing ]: [ @ "[")"},
        {R"(regexall("[","ab"))", R"("[" is no regular expression: missing ]: [ @ "[")"},
        {R"(regex_replace("abc","[","-"))", R"("[" is no regular expression: missing ]: [ @ "[")"},
        {R"(regex("^b","ab"))", R"(the pattern does not match the string @ "ab")"},
    });
}

}  // namespace
}  // namespace kiln::hcl::functions::testing
