#include "hcl/parser.hpp"

#include "hcl/language_test_support.hpp"
#include "hcl/scanner.hpp"

#include <gtest/gtest.h>

namespace kiln::hcl {
namespace {

using testing::evaluate_text;
using testing::parse_text;

struct ParseCase {
    const char* name;
    const char* text;
    const char* want;
};

constexpr ParseCase kBodies[] = {
    {"nothing", "", ""},
    {"attributes end with their line", "a = 1\nb = \"x\"", "a = 1; b = \"x\""},
    {"labels are quoted or bare",
     "source \"amazon-ebs\" base {\n}\n",
     "source \"amazon-ebs\" \"base\" {}"},
    {"blocks nest", "a {\n b {\n  c = 1\n }\n}", "a { b { c = 1 } }"},
    {"one attribute on the line of its block", "a { x = 1 }", "a { x = 1 }"},
    {"an empty block on one line", "a {}", "a {}"},
    {"blocks may repeat", "a {}\na {}", "a {}; a {}"},
    {"a list over several lines", "a = [\n 1,\n 2,\n]", "a = [1, 2]"},
    {"operators go on inside parentheses", "a = (1\n + 2)", "a = 3"},
    {"newlines in an object separate items",
     "a = {\n x = 1\n\n y = 2, z : 3\n}",
     "a = { x = 1, y = 2, z = 3 }"},
    {"an object on one line", "a = { x = 1, y = 2, }", "a = { x = 1, y = 2 }"},
    {"comments anywhere", "a = /* x */ 1 # y\n// z\nb = 2", "a = 1; b = 2"},
    {"a heredoc, then more", "a = <<E\nx\nE\nb = 2", "a = \"x\\n\"; b = 2"},
    {"a for over several lines", "a = {\n for x in [1] :\n x => x\n}", "a = { \"1\" = 1 }"},
    {"an interpolation over several lines", "a = \"${\n1\n}\"", "a = 1"},
    {"carriage returns", "a = 1\r\nb {\r\n}\r\n", "a = 1; b {}"},
    {"keywords are names elsewhere", "for = 1\nif {}\nnull = 2", "for = 1; null = 2; if {}"},
};

TEST(ParseConfig, ReadsAttributesAndBlocks) {
    for (const ParseCase& c : kBodies) {
        SCOPED_TRACE(c.name);
        EXPECT_EQ(parse_text(c.text), c.want);
    }
}

TEST(ParseConfig, KeepsRanges) {
    const SourceFile file("t", "v = 1 + 2\nsource \"a\" b {\n  x = y.z\n}\n");
    Diagnostics diagnostics;
    const Body body = parse_config(file, diagnostics);
    ASSERT_TRUE(diagnostics.empty());
    const Attribute& attribute = body.attributes.at(0);
    EXPECT_EQ(attribute.range.text(), "v = 1 + 2");
    EXPECT_EQ(attribute.name_range.text(), "v");
    EXPECT_EQ(attribute.expression->range.text(), "1 + 2");
    const Block& block = body.blocks.at(0);
    EXPECT_EQ(block.header.text(), "source \"a\" b");
    EXPECT_EQ(block.labels.at(0).range.text(), "\"a\"");
    EXPECT_EQ(block.body.range.text(), "{\n  x = y.z\n}");
    EXPECT_EQ(block.body.missing_item.text(), "{");
    const ExpressionPtr access = block.body.find("x")->expression;
    EXPECT_EQ(std::get<AccessExpression>(access->node).steps.at(0).range.text(), ".z");
    EXPECT_EQ(block.body.find("y"), nullptr);
}

constexpr ParseCase kParseMistakes[] = {
    {"an attribute without a value",
     "a =\nb = 1",
     "t:1:4: error: expected an expression, found the end of the line\n"
     "    1 | a =\n"
     "      |    ^"},
    {"a colon instead of an equals sign",
     "a: 1",
     "t:1:2: error: expected = or a block after \"a\", found \":\"\n"
     "    1 | a: 1\n"
     "      |  ^\n"
     "  hint: attributes are written name = value"},
    {"a quoted attribute name",
     "\"a\" = 1",
     "t:1:1: error: expected an attribute or a block, found a quote\n"
     "    1 | \"a\" = 1\n"
     "      | ^\n"
     "  hint: names are written without quotes"},
    {"a name set twice",
     "a = 1\nb = 2\na = 3",
     "t:3:1: error: \"a\" is set twice\n"
     "    3 | a = 3\n"
     "      | ^\n"
     "  hint: it is set at t:1:1 already"},
    {"commas between attributes",
     "a = 1,\nb = 2",
     "t:1:6: error: expected the end of the line after this attribute, found \",\"\n"
     "    1 | a = 1,\n"
     "      |      ^\n"
     "  hint: items of a block are separated by newlines, not by commas"},
    {"two attributes in a block on one line",
     "a { x = 1, y = 2 }",
     "t:1:10: error: expected } after the attribute, found \",\"\n"
     "    1 | a { x = 1, y = 2 }\n"
     "      |          ^\n"
     "  hint: a block on one line holds one attribute; use several lines"},
    {"a closing brace behind an attribute",
     "a {\n x = 1 }\nb = 2",
     "t:2:8: error: the } of a block of several lines starts a line of its own\n"
     "    2 |  x = 1 }\n"
     "      |        ^"},
    {"an opening brace on the next line",
     "a \"b\"\n{\n}",
     "t:1:6: error: expected a label or {, found the end of the line\n"
     "    1 | a \"b\"\n"
     "      |      ^\n"
     "  hint: the { of a block stands on the line of its labels\n"
     "\n"
     "t:2:1: error: expected an attribute or a block, found \"{\"\n"
     "    2 | {\n"
     "      | ^"},
    {"an interpolation in a label",
     "a \"${b}\" {}",
     "t:1:3: error: a label must be plain text, without ${ or %{\n"
     "    1 | a \"${b}\" {}\n"
     "      |   ^^^^^^"},
    {"a block that is not closed",
     "a {\n b = 1\n",
     "t:1:3: error: this block is not closed\n"
     "    1 | a {\n"
     "      |   ^\n"
     "  hint: close it with }"},
    {"a brace too many",
     "a {\n}\n}\nb = 1",
     "t:3:1: error: this } closes nothing\n"
     "    3 | }\n"
     "      | ^"},
    {"a list that is not closed",
     "a = [1, 2",
     "t:1:5: error: this list is not closed\n"
     "    1 | a = [1, 2\n"
     "      |     ^"},
    {"a chain of old indexes",
     "a = b.0.1",
     "t:1:7: error: \".0.1\" reads as one number and is no index\n"
     "    1 | a = b.0.1\n"
     "      |       ^^^\n"
     "  hint: write indexes in brackets: [0][1]"},
    {"a splat inside an attribute splat",
     "a = b.*.c.*.d",
     "t:1:11: error: a .* cannot follow in the steps of another .*\n"
     "    1 | a = b.*.c.*.d\n"
     "      |           ^\n"
     "  hint: write [*], which may be repeated"},
    {"a key that is a reference",
     "a = { var.x = 1 }",
     "t:1:7: error: this key could be meant as a text or as a reference\n"
     "    1 | a = { var.x = 1 }\n"
     "      |       ^^^^^\n"
     "  hint: write (var.x) for the reference, quotes for the text"},
    {"an object item without its value",
     "a = {\n x\n}",
     "t:2:3: error: expected \"=\" or \":\" after the key, found the end of the line\n"
     "    2 |  x\n"
     "      |   ^"},
    {"grouping in a list",
     "a = [for x in y : x...]",
     "t:1:20: error: expected \"]\" or \"if\", found \"...\"\n"
     "    1 | a = [for x in y : x...]\n"
     "      |                    ^^^\n"
     "  hint: only objects, written in braces, group by key"},
    {"an object for without a key",
     "a = {for x in y : x}",
     "t:1:20: error: expected \"=>\" of the for-expression, found \"}\"\n"
     "    1 | a = {for x in y : x}\n"
     "      |                    ^\n"
     "  hint: as in {for k, v in map : k => v}"},
    {"half a conditional",
     "a = b ? 1",
     "t:1:10: error: expected \":\" of the conditional, found the end of the text\n"
     "    1 | a = b ? 1\n"
     "      |          ^\n"
     "  hint: a conditional is written condition ? a : b"},
    {"something behind an expansion",
     "a = f(b..., c)",
     "t:1:11: error: expected \")\" after \"...\", found \",\"\n"
     "    1 | a = f(b..., c)\n"
     "      |           ^"},
    {"an unknown escape",
     "a = \"\\d+\"",
     "t:1:6: error: unknown escape in a string\n"
     "    1 | a = \"\\d+\"\n"
     "      |      ^^\n"
     "  hint: the escapes are \\n \\r \\t \\\" \\\\ \\uHHHH \\UHHHHHHHH; write \\\\ for a "
     "backslash"},
    {"a number that starts with its point",
     "a = .5",
     "t:1:5: error: expected an expression, found \".\"\n"
     "    1 | a = .5\n"
     "      |     ^\n"
     "  hint: a number has a digit before its point: 0.5"},
};

TEST(ParseConfig, ShowsWhatIsWrong) {
    for (const ParseCase& c : kParseMistakes) {
        SCOPED_TRACE(c.name);
        EXPECT_EQ(parse_text(c.text), c.want);
    }
}

TEST(ParseConfig, ReportsSeveralMistakesOfOneRun) {
    EXPECT_EQ(
        parse_text("a = [1 2]\n"
                   "b = \"x\n"
                   "source \"s\" {\n"
                   "  c = )\n"
                   "  d = 4\n"
                   "  e f\n"
                   "}\n"
                   "g = 'x'\n"),
        "t:1:8: error: expected \",\" or \"]\" of the list, found a number\n"
        "    1 | a = [1 2]\n"
        "      |        ^\n"
        "\n"
        "t:2:5: error: this string is not closed on its line\n"
        "    2 | b = \"x\n"
        "      |     ^^\n"
        "  hint: write \\n for a newline, or use a heredoc for a text of several lines\n"
        "\n"
        "t:4:7: error: expected an expression, found \")\"\n"
        "    4 |   c = )\n"
        "      |       ^\n"
        "\n"
        "t:6:6: error: expected a label or {, found the end of the line\n"
        "    6 |   e f\n"
        "      |      ^\n"
        "  hint: the { of a block stands on the line of its labels\n"
        "\n"
        "t:8:5: error: the character ' has no meaning here\n"
        "    8 | g = 'x'\n"
        "      |     ^\n"
        "  hint: strings are written in double quotes\n"
        "\n"
        "t:8:7: error: the character ' has no meaning here\n"
        "    8 | g = 'x'\n"
        "      |       ^\n"
        "  hint: strings are written in double quotes"
    );
}

TEST(ParseConfig, FindsTheNextItemBehindAListThatIsNotClosed) {
    const SourceFile file("t", "a = [1,\n  2\nb = 3\nc {\n}\nd = )\n");
    Diagnostics diagnostics;
    const Body body = parse_config(file, diagnostics);
    EXPECT_EQ(
        render(diagnostics),
        "t:3:1: error: expected \",\" or \"]\" of the list, found \"b\"\n"
        "    3 | b = 3\n"
        "      | ^\n"
        "\n"
        "t:6:5: error: expected an expression, found \")\"\n"
        "    6 | d = )\n"
        "      |     ^"
    );
    EXPECT_EQ(body.attributes.size(), 3U);
    EXPECT_EQ(body.blocks.size(), 1U);
}

TEST(ParseConfig, StopsAfterManyMistakes) {
    std::string text;
    for (int i = 0; i < 1000; ++i) {
        text += "= 1\n";
    }
    const SourceFile file("t", text);
    Diagnostics diagnostics;
    parse_config(file, diagnostics);
    EXPECT_EQ(diagnostics.error_count(), kMaxMistakes + 1);
    EXPECT_EQ(
        diagnostics.list().back().summary, "too many mistakes; no further ones are looked for"
    );
}

std::string repeat(const std::string& text, std::size_t count) {
    std::string out;
    for (std::size_t i = 0; i < count; ++i) {
        out += text;
    }
    return out;
}

// Far deeper than the bound, so that an unbounded recursion overflows the stack.
TEST(ParseConfig, BoundsNesting) {
    constexpr std::size_t kDeep = 50'000;
    for (const char* const opening :
         {"(", "[", "{a=", "-", "!", "f(", "\"${", "x[", "x[*][", "1 ? 2 : ", "1 ? ", "a ? {b="}) {
        SCOPED_TRACE(opening);
        const SourceFile file("t", "a = " + repeat(opening, kDeep));
        Diagnostics diagnostics;
        parse_config(file, diagnostics);
        ASSERT_FALSE(diagnostics.empty());
        EXPECT_EQ(diagnostics.list()[0].summary, "nested too deeply: more than 200 levels");
    }
    for (const char* const opening : {"a {\n", "a {\nb = [\n", "a = <<E\n%{ if x }\nE\nb {\n"}) {
        SCOPED_TRACE(opening);
        const SourceFile file("t", repeat(opening, kDeep));
        Diagnostics diagnostics;
        parse_config(file, diagnostics);
        EXPECT_TRUE(diagnostics.has_errors());
    }
}

TEST(ParseTemplate, BoundsNesting) {
    const SourceFile file("t", repeat("%{ if true }", 100'000));
    Diagnostics diagnostics;
    parse_template(file, diagnostics);
    ASSERT_FALSE(diagnostics.empty());
    EXPECT_EQ(diagnostics.list()[0].summary, "nested too deeply: more than 200 levels");
}

TEST(ParseExpression, AcceptsLongChains) {
    EXPECT_EQ(evaluate_text("1" + repeat(" + 1", 100'000)), "100001");
    EXPECT_EQ(evaluate_text("true" + repeat(" && true", 100'000)), "true");
    EXPECT_EQ(evaluate_text("null" + repeat("[*]", 150)), "[]");
    EXPECT_EQ(evaluate_text(repeat("[", 90) + repeat("]", 90)), repeat("[", 90) + repeat("]", 90));
}

TEST(ParseExpression, ReadsOneExpressionOverAllLines) {
    EXPECT_EQ(evaluate_text("[1,\n2]\n"), "[1, 2]");
    EXPECT_EQ(
        evaluate_text("1\n2"),
        "t:2:1: error: expected the end of the expression, found a number\n"
        "    2 | 2\n"
        "      | ^"
    );
    EXPECT_EQ(
        evaluate_text(""),
        "t:1:1: error: expected an expression, found the end of the text\n"
        "    1 | \n"
        "      | ^"
    );
}

}  // namespace
}  // namespace kiln::hcl
