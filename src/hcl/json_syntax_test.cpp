#include "hcl/json_syntax.hpp"

#include "hcl/dynamic.hpp"
#include "hcl/language_test_support.hpp"
#include "hcl/type_expression.hpp"

#include <gtest/gtest.h>

namespace kiln::hcl {
namespace {

Scope json_world() {
    Scope scope;
    scope.set("x", Value::string("X"));
    scope.set("list", Value::strings({"a", "b"}));
    return scope;
}

const std::vector<BlockShape> kShapes = {
    {"source", 2}, {"variable", 1}, {"build", 0}, {"provisioner", 1}, {"tag", 0}};

// Blocks at all levels, as a reader that knows them would ask for them.
Body with_all_blocks(const Body& body, Diagnostics& diagnostics) {
    Body result = with_blocks(body, kShapes, diagnostics);
    for (Block& block : result.blocks) {
        block.body = with_all_blocks(block.body, diagnostics);
    }
    return result;
}

std::string parse_text(const std::string& text) {
    const SourceFile file("t", text);
    const Scope scope = json_world();
    Diagnostics diagnostics;
    Body body = parse_json_config(file, diagnostics);
    body = with_all_blocks(expand_dynamic(body, scope, diagnostics), diagnostics);
    const std::string described = testing::describe_body(body, scope, diagnostics);
    return diagnostics.empty() ? described : render(diagnostics);
}

struct JsonCase {
    const char* name;
    const char* text;
    const char* want;
};

TEST(ParseJsonConfig, ReadsAttributesAndBlocks) {
    constexpr JsonCase kCases[] = {
        {"nothing", "{}", ""},
        {"values",
         R"({"a": 1, "b": -1.5e2, "c": true, "d": null, "e": [1, "x"], "f": {"g": 2}})",
         R"(a = 1; b = -150; c = true; d = null; e = [1, "x"]; f = { g = 2 })"},
        {"a comment", R"({"//": "hello", "a": 1})", "a = 1"},
        {"strings are templates", R"({"a": "${x}-%{ if true }y%{ endif }"})", R"(a = "X-y")"},
        {"one interpolation keeps its type", R"({"a": "${list}"})", R"(a = ["a", "b"])"},
        {"quotes of the expression are escaped",
         R"({"a": "\u00e9\n${ \"x\" } \ud83d\ude00 \/"})",
         R"(a = "é\nx 😀 /")"},
        {"backslashes of the expression are escaped twice",
         R"({"a": "${ \"\\n\" }\\n"})",
         R"(a = "\n\\n")"},
        {"labels are nested names",
         R"({"source": {"t": {"n": {"a": 1}}}})",
         R"(source "t" "n" { a = 1 })"},
        {"several labels",
         R"({"source": {"t": {"n": {}, "m": {}}, "u": {"k": {}}}})",
         R"(source "t" "n" {}; source "t" "m" {}; source "u" "k" {})"},
        {"an array repeats a block",
         R"({"variable": {"v": [{"a": 1}, {"a": 2}]}})",
         R"(variable "v" { a = 1 }; variable "v" { a = 2 })"},
        {"an array before the labels",
         R"({"provisioner": [{"shell": {"a": 1}}, {"file": {}}, {"shell": {}}]})",
         R"(provisioner "shell" { a = 1 }; provisioner "file" {}; provisioner "shell" {})"},
        {"a block without labels",
         R"({"build": {"a": 1, "provisioner": {"shell": {}}}})",
         R"(build { a = 1; provisioner "shell" {} })"},
        {"a null is no block", R"({"build": null})", ""},
        {"a block twice",
         R"({"build": {"a": 1}, "build": {"a": 2}})",
         "build { a = 1 }; build { a = 2 }"},
        {"an array of files", R"([{"a": 1}, {"b": 2}])", "a = 1; b = 2"},
        {"dynamic blocks",
         R"({"build": {"dynamic": {"tag": {"for_each": "${list}", "iterator": "it",)"
         R"( "content": {"v": "${it.value}${it.key}"}}}}})",
         R"(build { tag { v = "a0" }; tag { v = "b1" } })"},
        {"blocks in dynamic blocks",
         R"({"dynamic": {"build": {"for_each": [1, 2],)"
         R"( "content": {"tag": [{"v": "${build.value}"}], "dynamic": {"tag": {)"
         R"( "for_each": ["${build.key}"], "content": {"w": "${tag.value}${build.value}"}}}}}}})",
         R"(build { tag { v = 1 }; tag { w = "01" } }; build { tag { v = 2 }; tag { w = "12" } })"},
    };
    for (const JsonCase& c : kCases) {
        SCOPED_TRACE(c.name);
        EXPECT_EQ(parse_text(c.text), c.want);
    }
}

TEST(ParseJsonConfig, ShowsWhatIsWrong) {
    constexpr JsonCase kCases[] = {
        {"a trailing comma",
         "{\"a\": 1,}",
         "t:1:8: error: a comma with nothing behind it\n"
         "    1 | {\"a\": 1,}\n"
         "      |        ^\n"
         "  hint: no comma follows the last property"},
        {"a comment of another language",
         "{\"a\": // x\n 1}",
         "t:1:7: error: expected a value\n"
         "    1 | {\"a\": // x\n"
         "      |       ^\n"
         "  hint: a comment is a property named \"//\""},
        {"the end comes too early",
         "{\"a\": ",
         "t:1:7: error: expected a value, found the end of the file\n"
         "    1 | {\"a\": \n"
         "      |       ^"},
        {"a number with a leading zero",
         "{\"a\": 01}",
         "t:1:7: error: this is no number, or one out of range\n"
         "    1 | {\"a\": 01}\n"
         "      |       ^^"},
        {"a name twice",
         "{\"a\": 1, \"a\": 2}",
         "t:1:10: error: \"a\" is set twice\n"
         "    1 | {\"a\": 1, \"a\": 2}\n"
         "      |          ^^^\n"
         "  hint: it is set at t:1:2 already"},
        {"a block that is none",
         "{\"build\": 5}",
         "t:1:11: error: \"build\" is a block: an object, or an array of objects, is required\n"
         "    1 | {\"build\": 5}\n"
         "      |           ^"},
        {"a mistake in a template, behind escapes",
         "{\"a\": \"\\u00e9\\\\n${y}\"}",
         "t:1:19: error: there is nothing named \"y\" here\n"
         "    1 | {\"a\": \"\\u00e9\\\\n${y}\"}\n"
         "      |                   ^\n"
         "  hint: did you mean \"x\"?"},
        {"a template that does not parse",
         "{\"a\": \"b${\"}",
         "t:1:9: error: this template sequence is not closed\n"
         "    1 | {\"a\": \"b${\"}\n"
         "      |         ^^\n"
         "  hint: close it with }, or double its first character if it is meant literally"},
        {"no object at all",
         "5",
         "t:1:1: error: an object is required\n"
         "    1 | 5\n"
         "      | ^"},
        {"something behind",
         "{} x",
         "t:1:4: error: expected the end of the file\n"
         "    1 | {} x\n"
         "      |    ^"},
        {"an unknown escape",
         "{\"a\": \"\\x\"}",
         "t:1:8: error: unknown escape in a string\n"
         "    1 | {\"a\": \"\\x\"}\n"
         "      |        ^^"},
    };
    for (const JsonCase& c : kCases) {
        SCOPED_TRACE(c.name);
        EXPECT_EQ(parse_text(c.text), c.want);
    }
}

TEST(ParseJsonConfig, BoundsNesting) {
    const SourceFile file("t", "{\"a\":" + std::string(100'000, '['));
    Diagnostics diagnostics;
    parse_json_config(file, diagnostics);
    ASSERT_EQ(diagnostics.error_count(), 1U);
    EXPECT_EQ(diagnostics.list()[0].summary, "nested too deeply: more than 200 levels");
}

TEST(Unquoted, ReadsTheExpressionInAString) {
    const SourceFile file("t", R"_({"type": "list(string)", "keyword": 5, "bad": "li st"})_");
    Diagnostics diagnostics;
    const Body body = parse_json_config(file, diagnostics);
    const ExpressionPtr type = unquoted(body.find("type")->expression, diagnostics);
    EXPECT_EQ(
        read_type(*type, OptionalAttributes::refused, diagnostics), Type::list(Type::string())
    );
    EXPECT_EQ(
        unquoted(body.find("keyword")->expression, diagnostics), body.find("keyword")->expression
    );
    unquoted(body.find("bad")->expression, diagnostics);
    EXPECT_EQ(
        render(diagnostics),
        "t:1:51: error: expected the end of the expression, found \"st\"\n"
        "    1 | {\"type\": \"list(string)\", \"keyword\": 5, \"bad\": \"li st\"}\n"
        "      |                                                   ^^"
    );
}

TEST(WithBlocks, LeavesOtherBodiesAsTheyAre) {
    const SourceFile file("t", "build = {}\nbuild {}\n");
    Diagnostics diagnostics;
    const Body body = with_blocks(parse_config(file, diagnostics), kShapes, diagnostics);
    EXPECT_TRUE(diagnostics.empty());
    EXPECT_EQ(body.attributes.size(), 1U);
    EXPECT_EQ(body.blocks.size(), 1U);
}

}  // namespace
}  // namespace kiln::hcl
