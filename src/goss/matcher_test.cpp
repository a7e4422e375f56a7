#include "goss/matcher.hpp"

#include <gtest/gtest.h>

namespace kiln::goss {
namespace {

std::string verdict(
    const Value& actual, const std::string& matcher, Subject subject = Subject::value
) {
    SourceMap sources;
    Diagnostics diagnostics;
    const SourceFile& file = sources.add("m.yaml", matcher);
    const auto node = parse_document(file, Syntax::yaml, diagnostics);
    const MatcherPtr made = node ? make_matcher(*node, subject, diagnostics) : nullptr;
    if (made == nullptr) {
        return render(diagnostics.list().front());
    }
    const MatchResult result = made->match(actual);
    return result.error ? "error" : result.success ? "pass" : "fail";
}

const Value kFive = std::int64_t{5};
const Value kTexts = Value::texts({"a", "b"});

struct MatchCase {
    const char* name;
    Value actual;
    const char* matcher;
    const char* want;
};

TEST(Matcher, JudgesAsGossDoes) {
    const MatchCase cases[] = {
        {"a bare text converts the fact", kFive, "'5'", "pass"},
        {"a bare number converts a text", "5", "5", "pass"},
        {"blanks around a number do not count", " 5\n", "5", "pass"},
        {"a text that is no number", "five", "5", "error"},
        {"a bool does not convert", "true", "true", "fail"},
        {"equal does not convert", kFive, "equal: '5'", "fail"},
        {"equal tells 5 from 5.0", kFive, "equal: 5.0", "fail"},
        {"equal tells a fact's list from a test's", kTexts, "equal: [a, b]", "fail"},
        {"a bare list is part of the fact", kTexts, "[b]", "pass"},
        {"each needs an element of its own", kTexts, "[a, a]", "fail"},
        {"consist-of leaves none over", kTexts, "consist-of: [a]", "fail"},
        {"consist-of in any order", kTexts, "consist-of: [b, have-prefix: a]", "pass"},
        {"pairing looks ahead",
         Value::texts({"ab", "a"}),
         "consist-of: [{have-prefix: a}, ab]",
         "pass"},
        {"contain-element of a text's lines", "x\ny", "contain-element: y", "pass"},
        {"contain-elements", kTexts, "contain-elements: [{match-regexp: '^[ab]$'}]", "pass"},
        {"have-len of a list", kTexts, "have-len: 2", "pass"},
        {"have-len of a number", kFive, "have-len: 1", "error"},
        {"have-key", Value(Value::Map{{"k", kFive}}), "have-key: k", "pass"},
        {"have-key of no map", kFive, "have-key: k", "error"},
        {"not turns round", "abc", "not: {have-prefix: b}", "pass"},
        {"not keeps an error", kFive, "not: {have-len: 1}", "error"},
        {"and", "abc", "and: [{have-prefix: a}, {have-suffix: c}]", "pass"},
        {"or", "abc", "or: [{have-prefix: x}, {contain-substring: b}]", "pass"},
        {"gt", kFive, "gt: 4.5", "pass"},
        {"ge", kFive, "ge: 6", "fail"},
        {"lt of a text", "5", "lt: 6", "pass"},
        {"semver of every version",
         Value::texts({"1.2.3", "1.9.0"}),
         "semver-constraint: '>=1.0.0 <2.0.0'",
         "pass"},
        {"semver of what is none", "1.2", "semver-constraint: '>=1.0.0'", "error"},
        {"a wildcard of versions", "1.2.9", "semver-constraint: 1.2.x", "pass"},
        {"gjson", R"({"a":{"b":[1,2,{"c":"d"}]}})", "gjson: {a.b.2.c: d, a.b.#: 3}", "pass"},
        {"gjson without the path", "{}", "gjson: {a: 1}", "error"},
        {"gjson query",
         R"({"f":[{"n":"x","v":1},{"n":"y","v":2}]})",
         "gjson: {'f.#(n==y).v': 2}",
         "pass"},
        {"patterns of a value", "a\nb", "have-patterns: ['/^b$/', '!c']", "pass"},
    };
    for (const MatchCase& c : cases) {
        SCOPED_TRACE(c.name);
        EXPECT_EQ(verdict(c.actual, c.matcher), c.want);
    }
}

TEST(Matcher, SearchesLinesForPatterns) {
    const MatchCase cases[] = {
        {"a text within a line", "one\ntwo\n", "[wo]", "pass"},
        {"a regular expression of one line", "one\ntwo\n", "['/^two$/']", "pass"},
        {"not over two lines", "one\ntwo\n", "['/one.two/']", "fail"},
        {"what must not be there", "one\n", "['!two', '!/^t/']", "pass"},
        {"but is", "one\ntwo\n", "['!two']", "fail"},
        {"nothing at all", "", "['']", "pass"},
        {"a carriage return is no part of a line", "one\r\n", "['/^one$/']", "pass"},
        {"escaped", "/one/", "['\\/one']", "pass"},
        {"a text is the whole", "one\n", "one", "fail"},
    };
    for (const MatchCase& c : cases) {
        SCOPED_TRACE(c.name);
        EXPECT_EQ(verdict(c.actual, c.matcher, Subject::lines), c.want);
    }
}

TEST(Matcher, TellsMistakesWithTheirPlace) {
    EXPECT_EQ(
        verdict(kFive, "have-prefx: a"),
        "m.yaml:1:1: error: there is no matcher \"have-prefx\"\n"
        "    1 | have-prefx: a\n"
        "      | ^^^^^^^^^^\n"
        "  hint: did you mean \"have-prefix\"?"
    );
    EXPECT_EQ(
        verdict(kFive, "gt: '5'"),
        "m.yaml:1:5: error: gt takes a number, not string\n"
        "    1 | gt: '5'\n"
        "      |     ^"
    );
    EXPECT_EQ(
        verdict(kFive, "and: [{match-regexp: '('}]"),
        "m.yaml:1:22: error: no regular expression: missing ): (\n"
        "    1 | and: [{match-regexp: '('}]\n"
        "      |                      ^"
    );
    EXPECT_EQ(
        verdict(kFive, "[1]", Subject::lines),
        "m.yaml:1:2: error: a pattern must be a text, not int\n"
        "    1 | [1]\n"
        "      |  ^\n"
        "  hint: write it in quotes, or use one matcher instead of a list"
    );
}

}  // namespace
}  // namespace kiln::goss
