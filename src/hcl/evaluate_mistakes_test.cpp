#include "hcl/evaluate.hpp"
#include "hcl/language_test_support.hpp"

#include <gtest/gtest.h>
#include <string>

namespace kiln::hcl {
namespace {

using testing::evaluate_template;
using testing::evaluate_text;

const FunctionTable& failing_functions() {
    static const FunctionTable table = [] {
        FunctionTable made;
        Function fails;
        fails.name = "fails";
        fails.parameters = {{"first", Type::string()}, {"second", Type::string()}};
        fails.eager = [](const std::vector<Value>& /*arguments*/) -> CallResult {
            return FunctionFailure{"the second argument is bad", 1};
        };
        made.add(fails);
        return made;
    }();
    return table;
}

Scope world_of_mistakes() {
    Scope scope(&failing_functions());
    scope.set(
        "var",
        Value::object(
            {{"version", Value::string("1.2")},
             {"image", Value::object({{"name", Value::string("n")}, {"size", Value::number(8)}})},
             {"tags", Value::map(Type::string(), {{"team", Value::string("net")}})},
             {"hosts", Value::strings({"a", "b"})},
             {"nothing", Value::null(Type::string())}}
        )
    );
    scope.set("local", Value::object({}));
    return scope;
}

struct MistakeCase {
    const char* name;
    const char* text;
    const char* want;
};

constexpr MistakeCase kMistakes[] = {
    {"an attribute that is not there",
     "var.versoin",
     "t:1:4: error: this object has no attribute \"versoin\"\n"
     "    1 | var.versoin\n"
     "      |    ^^^^^^^^\n"
     "  hint: did you mean \"version\"?"},
    {"one that resembles none",
     "var.image.color",
     "t:1:10: error: this object has no attribute \"color\"\n"
     "    1 | var.image.color\n"
     "      |          ^^^^^^\n"
     "  hint: it has name, size"},
    {"a map key that is not there",
     "var.tags[\"taem\"]",
     "t:1:9: error: this map has no element \"taem\"\n"
     "    1 | var.tags[\"taem\"]\n"
     "      |         ^^^^^^^^\n"
     "  hint: did you mean \"team\"?"},
    {"a name that is not there",
     "vra.version",
     "t:1:1: error: there is nothing named \"vra\" here\n"
     "    1 | vra.version\n"
     "      | ^^^\n"
     "  hint: did you mean \"var\"?"},
    {"a word that was meant as text",
     "debian",
     "t:1:1: error: there is nothing named \"debian\" here\n"
     "    1 | debian\n"
     "      | ^^^^^^\n"
     "  hint: a text is written in quotes; the names here are local, var"},
    {"an attribute of a list",
     "var.hosts.name",
     "t:1:10: error: a list of string has no attributes\n"
     "    1 | var.hosts.name\n"
     "      |          ^^^^^\n"
     "  hint: write [*].name for all elements, [0].name for the first"},
    {"an attribute of a string",
     "var.version.major",
     "t:1:12: error: a string has no attributes\n"
     "    1 | var.version.major\n"
     "      |            ^^^^^^"},
    {"an attribute of null",
     "var.nothing.x",
     "t:1:12: error: this value is null, so it has no attribute \"x\"\n"
     "    1 | var.nothing.x\n"
     "      |            ^^"},
    {"an index past the end",
     "var.hosts[2]",
     "t:1:10: error: there is no element 2: this list has 2, counted from 0\n"
     "    1 | var.hosts[2]\n"
     "      |          ^^^"},
    {"a negative index",
     "var.hosts[-1]",
     "t:1:10: error: an index is a whole number from 0 on, not -1\n"
     "    1 | var.hosts[-1]\n"
     "      |          ^^^^"},
    {"an index that is no number",
     "var.hosts[\"x\"]",
     "t:1:10: error: the index: a number is required, found string \"x\"\n"
     "    1 | var.hosts[\"x\"]\n"
     "      |          ^^^^^"},
    {"an element of nothing",
     "[][0]",
     "t:1:3: error: this tuple is empty\n"
     "    1 | [][0]\n"
     "      |   ^^^"},
    {"an index of a string",
     "var.version[0]",
     "t:1:12: error: a string has no elements\n"
     "    1 | var.version[0]\n"
     "      |            ^^^"},
    {"calculating with text",
     "1 + \"a\"",
     "t:1:5: error: the right operand: a number is required, found string \"a\"\n"
     "    1 | 1 + \"a\"\n"
     "      |     ^^^"},
    {"calculating with null",
     "null * 2",
     "t:1:1: error: the left operand is null\n"
     "    1 | null * 2\n"
     "      | ^^^^"},
    {"zero by zero",
     "0 / 0",
     "t:1:1: error: zero divided by zero has no result\n"
     "    1 | 0 / 0\n"
     "      | ^^^^^"},
    {"infinities",
     "1/0 - 1/0",
     "t:1:1: error: this calculation with infinity has no result\n"
     "    1 | 1/0 - 1/0\n"
     "      | ^^^^^^^^^"},
    {"a number for a truth",
     "true || 5",
     "t:1:9: error: the right operand: a bool is required, found number 5\n"
     "    1 | true || 5\n"
     "      |         ^"},
    {"a condition that is null",
     "null ? 1 : 2",
     "t:1:1: error: the condition is null\n"
     "    1 | null ? 1 : 2\n"
     "      | ^^^^"},
    {"branches with nothing in common",
     "true ? [] : {}",
     "t:1:1: error: the results of this conditional have no common type: tuple and object\n"
     "    1 | true ? [] : {}\n"
     "      | ^^^^^^^^^^^^^^\n"
     "  hint: convert one of them"},
    {"null in a string",
     "\"a${var.nothing}\"",
     "t:1:5: error: null has no text, so it cannot be part of a string\n"
     "    1 | \"a${var.nothing}\"\n"
     "      |     ^^^^^^^^^^^\n"
     "  hint: test for it first: x == null ? \"\" : x"},
    {"a list in a string",
     "\"a${var.hosts}\"",
     "t:1:5: error: a list of string cannot be part of a string\n"
     "    1 | \"a${var.hosts}\"\n"
     "      |     ^^^^^^^^^\n"
     "  hint: join() makes a text of a list, jsonencode() of any value"},
    {"a key that is null",
     "{ (null) = 1 }",
     "t:1:4: error: the key is null\n"
     "    1 | { (null) = 1 }\n"
     "      |    ^^^^"},
    {"a key twice in a for",
     "{for x in [1, 2] : \"k\" => x}",
     "t:1:20: error: two results have the key \"k\"\n"
     "    1 | {for x in [1, 2] : \"k\" => x}\n"
     "      |                    ^^^\n"
     "  hint: \"...\" after the value gathers the values of one key in a list"},
    {"a for through text",
     "[for x in \"abc\" : x]",
     "t:1:11: error: a for-expression cannot go through a string\n"
     "    1 | [for x in \"abc\" : x]\n"
     "      |           ^^^^^\n"
     "  hint: it goes through lists, sets, maps and objects"},
    {"a mistake in a loop is told once",
     "[for h in [1, 2, 3] : h.name]",
     "t:1:24: error: a number has no attributes\n"
     "    1 | [for h in [1, 2, 3] : h.name]\n"
     "      |                        ^^^^^"},
    {"a mistake in a splat is told once",
     "[{a = 1}, {}, {}][*].a",
     "t:1:21: error: this object has no attribute \"a\"\n"
     "    1 | [{a = 1}, {}, {}][*].a\n"
     "      |                     ^^"},
    {"two mistakes are told both",
     "[var.x1, local.x2]",
     "t:1:5: error: this object has no attribute \"x1\"\n"
     "    1 | [var.x1, local.x2]\n"
     "      |     ^^^\n"
     "  hint: it has hosts, image, nothing, tags, version\n"
     "\n"
     "t:1:15: error: this object has no attribute \"x2\"\n"
     "    1 | [var.x1, local.x2]\n"
     "      |               ^^^"},
    {"a function that is not there",
     "fials(1)",
     "t:1:1: error: there is no function named \"fials\"\n"
     "    1 | fials(1)\n"
     "      | ^^^^^\n"
     "  hint: did you mean \"fails\"?"},
    {"a function of another tool",
     "tostring(1)",
     "t:1:1: error: there is no function named \"tostring\"\n"
     "    1 | tostring(1)\n"
     "      | ^^^^^^^^\n"
     "  hint: use convert(value, string)"},
    {"a function says which argument is bad",
     "fails(\"a\", \"b\")",
     "t:1:12: error: the second argument is bad\n"
     "    1 | fails(\"a\", \"b\")\n"
     "      |            ^^^"},
    {"an expanded argument is bad",
     "fails(\"a\", [\"b\"]...)",
     "t:1:12: error: the second argument is bad\n"
     "    1 | fails(\"a\", [\"b\"]...)\n"
     "      |            ^^^^^"},
    {"expanding what is no list",
     "fails(\"ab\"...)",
     "t:1:7: error: a string cannot be expanded to arguments\n"
     "    1 | fails(\"ab\"...)\n"
     "      |       ^^^^"},
};

TEST(Evaluate, ShowsWhatIsWrong) {
    const Scope scope = world_of_mistakes();
    for (const MistakeCase& c : kMistakes) {
        SCOPED_TRACE(c.name);
        EXPECT_EQ(evaluate_text(c.text, scope), c.want);
    }
}

TEST(Evaluate, SaysWhereNothingCanBeUsed) {
    EXPECT_EQ(
        evaluate_text("yes"),
        "t:1:1: error: names cannot be used here: \"yes\"\n"
        "    1 | yes\n"
        "      | ^^^\n"
        "  hint: a text is written in quotes"
    );
    EXPECT_EQ(
        evaluate_text("upper(\"a\")"),
        "t:1:1: error: functions cannot be called here: \"upper\"\n"
        "    1 | upper(\"a\")\n"
        "      | ^^^^^"
    );
}

TEST(Evaluate, PointsIntoHeredocs) {
    EXPECT_EQ(
        evaluate_text("<<-E\n    x\n    ${var.hosts}\n    E\n", world_of_mistakes()),
        "t:3:7: error: a list of string cannot be part of a string\n"
        "    3 |     ${var.hosts}\n"
        "      |       ^^^^^^^^^\n"
        "  hint: join() makes a text of a list, jsonencode() of any value"
    );
}

constexpr MistakeCase kTemplateMistakes[] = {
    {"an if that is not closed",
     "a%{ if true }b",
     "t:1:2: error: this if has no endif\n"
     "    1 | a%{ if true }b\n"
     "      |  ^^^^^^^^^^^^\n"
     "  hint: close it with %{ endif }"},
    {"a for closed as an if",
     "%{ for x in [] }%{ endif }",
     "t:1:1: error: this for has no endfor\n"
     "    1 | %{ for x in [] }%{ endif }\n"
     "      | ^^^^^^^^^^^^^^^^\n"
     "  hint: close it with %{ endfor }"},
    {"an else alone",
     "a%{ else }b",
     "t:1:2: error: this directive belongs to no if\n"
     "    1 | a%{ else }b\n"
     "      |  ^^^^^^^^^"},
    {"an unknown directive",
     "%{ fi }",
     "t:1:4: error: there is no template directive \"fi\"\n"
     "    1 | %{ fi }\n"
     "      |    ^^\n"
     "  hint: did you mean \"if\"?"},
    {"a literal %{",
     "curl -w '%{http_code}'",
     "t:1:12: error: there is no template directive \"http_code\"\n"
     "    1 | curl -w '%{http_code}'\n"
     "      |            ^^^^^^^^^\n"
     "  hint: write %%{ for a literal %{"},
    {"two expressions in one interpolation",
     "${a b}",
     "t:1:5: error: expected the end of this interpolation, found \"b\"\n"
     "    1 | ${a b}\n"
     "      |     ^"},
};

TEST(Evaluate, ShowsWhatIsWrongWithTemplates) {
    for (const MistakeCase& c : kTemplateMistakes) {
        SCOPED_TRACE(c.name);
        EXPECT_EQ(evaluate_template(c.text), c.want);
    }
}

std::string nested_loops(int depth) {
    const std::string list = "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]";
    std::string text = "1";
    for (int i = 0; i < depth; ++i) {
        text = "[for x" + std::to_string(i) + " in " + list + " : " + text + "]";
    }
    return text;
}

TEST(Evaluate, BoundsLoopsInLoops) {
    const std::string text = evaluate_text(nested_loops(7));
    EXPECT_EQ(
        text.substr(0, text.find('\n')),
        "t:1:271: error: the for-expressions here have more than 250000 results together"
    );
}

// Each round doubles what the one before made, as a chain of locals can.
std::string double_until_wrong(const std::string& first, const std::string& next) {
    std::string text = first;
    Scope scope;
    for (int round = 0; round < 300; ++round) {
        const SourceFile file("t", text);
        Diagnostics diagnostics;
        scope.set("x", evaluate(*parse_expression(file, diagnostics), scope, diagnostics));
        if (diagnostics.has_errors()) {
            return std::to_string(round) + ": " + diagnostics.list()[0].summary;
        }
        text = next;
    }
    return "no mistake";
}

TEST(Evaluate, BoundsWhatGrowsFromStepToStep) {
    const std::string kilobyte(1024, 'a');
    EXPECT_EQ(
        double_until_wrong("\"" + kilobyte + "\"", "\"${x}${x}\""),
        "16: this value grows larger than 64 MiB"
    );
    EXPECT_EQ(double_until_wrong("[]", "[x, x]"), "24: this value grows larger than 64 MiB");
    EXPECT_EQ(
        double_until_wrong("{}", "{ a = x }"), "250: this value nests more than 250 levels deep"
    );
}

}  // namespace
}  // namespace kiln::hcl
