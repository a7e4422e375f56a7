#include "hcl/format.hpp"

#include <gtest/gtest.h>

namespace kiln::hcl {
namespace {

std::string formatted(const std::string& text) {
    const SourceFile file("node.pkr.hcl", text);
    Diagnostics diagnostics;
    return format_config(file, diagnostics).value_or("not parsed:\n" + render(diagnostics));
}

struct FormatCase {
    const char* name;
    const char* text;
    const char* want;
};

constexpr FormatCase kCases[] = {
    {"empty", "", ""},
    {"no newline at the end", "a=1", "a = 1"},
    {"blank lines stay", "a=1\n\n\nb  =2\n", "a = 1\n\n\nb = 2\n"},
    {"blanks at the end of lines go", "a = 1 \t\n  \nb = 2\n", "a = 1\n\nb = 2\n"},
    {"neighbours stand below one another",
     "a=1\nlonger=2\n\nb=3\nx {\n}\nlong=1\n",
     "a      = 1\nlonger = 2\n\nb = 3\nx {\n}\nlong = 1\n"},
    {"a value of several lines has no neighbours",
     "a=1\nlonger=[\n1,\n2\n]\nb=3\n",
     "a = 1\nlonger = [\n  1,\n  2\n]\nb = 3\n"},
    {"blocks are indented",
     "build {\nsource \"x\" \"y\" {\na=1\n}\n}\n",
     "build {\n  source \"x\" \"y\" {\n    a = 1\n  }\n}\n"},
    {"tabs become spaces", "a {\n\tb = 1\n}\n", "a {\n  b = 1\n}\n"},
    {"one line opens one level",
     "a = [{\nb = 1\n}, {\nc = 2\n}]\n",
     "a = [{\n  b = 1\n  }, {\n  c = 2\n}]\n"},
    {"closing two levels at once", "a = f({\nb = [\n1\n]})\n", "a = f({\n  b = [\n    1\n] })\n"},
    {"comments are aligned",
     "a=1 # one\nlonger = 2   // two\n# alone\nb = 3 /* inside */\n",
     "a      = 1 # one\nlonger = 2 // two\n# alone\nb = 3 /* inside */\n"},
    {"a comment in brackets",
     "a = [\n# first\n1, # one\n22,# two\n]\n",
     "a = [\n  # first\n  1,  # one\n  22, # two\n]\n"},
    {"a comment of several lines", "/* one\n   two */\na  = 1\n", "/* one\n   two */\na = 1\n"},
    {"operators",
     "a=1+2*3-4/5%6\nb=!c&&d||e\nc=x==y?1:2\nd=a>=b\n",
     "a = 1 + 2 * 3 - 4 / 5 % 6\nb = !c && d || e\nc = x == y ? 1 : 2\nd = a >= b\n"},
    {"negation and subtraction",
     "a=-1\nb=c - 1\nd=f(- 2,g -1)\ne=[ -1,x[0]-1 ]\nf=1 - -1\n",
     "a = -1\nb = c - 1\nd = f(-2, g - 1)\ne = [-1, x[0] - 1]\nf = 1 - -1\n"},
    {"calls, indexes, attributes",
     "a=f ( 1 ,2 )\nb=c [ 0 ] . d [ \"k\" ]\ne=f( l ... )\ng=x [*] . y\n",
     "a = f(1, 2)\nb = c[0].d[\"k\"]\ne = f(l...)\ng = x[*].y\n"},
    {"objects", "a={}\nb={c=1,d:2}\ne { }\n", "a = {}\nb = { c = 1, d : 2 }\ne {}\n"},
    {"for",
     "a=[for x in [1,2]:x if x>1]\nb={for k,v in m:k=>v...}\n",
     "a = [for x in [1, 2] : x if x > 1]\nb = { for k, v in m : k => v... }\n"},
    {"templates",
     "a=\"x${ b }y${  c  }${d}  z\"\ne=\"%{ if f }g%{ else }h%{ endif }\"\ni=\"${ {} }\"\n",
     "a = \"x${b}y${c}${d}  z\"\ne = \"%{if f}g%{else}h%{endif}\"\ni = \"${ {} }\"\n"},
    {"the text of a heredoc stays",
     "a {\nb=<<-EOT\n   x   y\n\t${ c }\n  EOT\nlonger=1\n}\n",
     "a {\n  b      = <<-EOT\n   x   y\n\t${c}\n  EOT\n  longer = 1\n}\n"},
    {"letters of several bytes take one column", "ä=1\nbc=2\n", "ä  = 1\nbc = 2\n"},
    {"line ends stay", "a=1\r\nbc=2 # x\r\n", "a  = 1\r\nbc = 2 # x\r\n"},
    {"a type",
     "variable \"x\" {\ntype=map( list (string) )\n}\n",
     "variable \"x\" {\n  type = map(list(string))\n}\n"}};

TEST(FormatConfig, LaysOutAsPackerDoes) {
    for (const FormatCase& c : kCases) {
        SCOPED_TRACE(c.name);
        EXPECT_EQ(formatted(c.text), c.want);
        EXPECT_EQ(formatted(c.want), c.want) << "the second time nothing changes";
    }
}

TEST(FormatConfig, DropsAByteOrderMark) {
    EXPECT_EQ(
        formatted("\xEF\xBB\xBF"
                  "a=1\nbcd=2\n"),
        "a   = 1\nbcd = 2\n"
    );
}

TEST(FormatConfig, LeavesAloneWhatItCanNotParse) {
    EXPECT_TRUE(formatted("a = \n").starts_with("not parsed:\nnode.pkr.hcl:1:5: error: "));
}

}  // namespace
}  // namespace kiln::hcl
