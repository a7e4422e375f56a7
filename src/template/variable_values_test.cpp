#include "hcl/print.hpp"
#include "template/load.hpp"
#include "template/testing/memory_world.hpp"

#include <gtest/gtest.h>

namespace kiln::tmpl {
namespace {

// What a load gave: "name = value" lines of the variables, then the diagnostics.
std::string load_variables(const MemoryWorld& memory, const LoadRequest& request) {
    SourceMap sources;
    Diagnostics diagnostics;
    const auto loaded = load_template(request, memory.environment(), sources, diagnostics);
    std::string out;
    for (const Variable& variable : loaded->variables) {
        out += variable.name + " = " + hcl::print_compact(variable.value) + "\n";
    }
    return out + render(diagnostics);
}

std::string load_text(const std::string& text, std::vector<std::string> variables = {}) {
    return load_variables({{{"t.pkr.hcl", text}}, {}}, {"t.pkr.hcl", std::move(variables), {}});
}

TEST(VariableValues, LaterSourcesWin) {
    MemoryWorld memory{
        {{"t/t.pkr.hcl",
          "variable \"a\" { default = \"default\" }\n"
          "variable \"b\" { default = \"default\" }\n"
          "variable \"c\" { default = \"default\" }\n"
          "variable \"d\" { default = \"default\" }\n"
          "variable \"e\" { default = \"default\" }\n"
          "variables { f = \"default\" }\n"},
         {"t/x.auto.pkrvars.hcl",
          "c = \"auto hcl\"\nd = \"auto hcl\"\ne = \"auto hcl\"\nf = \"auto hcl\""},
         {"t/a.auto.pkrvars.json", R"({"d": "auto json", "e": "auto json", "f": "auto json"})"},
         {"one.hcl", "e = \"file\"\nf = \"one\""},
         {"two.json", R"({"f": "two", "undeclared": 1})"}},
        {{"PKR_VAR_b", "environment"}, {"PKR_VAR_c", "environment"}, {"PKR_VAR_zzz", "x"}}};
    EXPECT_EQ(
        load_variables(memory, {"t", {}, {"two.json", "one.hcl"}}),
        "a = \"default\"\n"
        "b = \"environment\"\n"
        "c = \"auto hcl\"\n"
        "d = \"auto json\"\n"
        "e = \"file\"\n"
        "f = \"one\"\n"
    );
    EXPECT_EQ(
        load_variables(memory, {"t", {"f=first", "f=line"}, {"one.hcl", "two.json"}}),
        "a = \"default\"\n"
        "b = \"environment\"\n"
        "c = \"auto hcl\"\n"
        "d = \"auto json\"\n"
        "e = \"file\"\n"
        "f = \"line\"\n"
    );
    EXPECT_EQ(
        load_variables(memory, {"t/t.pkr.hcl", {}, {}}),
        "a = \"default\"\n"
        "b = \"environment\"\n"
        "c = \"environment\"\n"
        "d = \"default\"\n"
        "e = \"default\"\n"
        "f = \"default\"\n"
    );
}

struct TextCase {
    const char* type;
    const char* text;
    const char* want;
};

TEST(VariableValues, TextOfTheCommandLineFollowsTheType) {
    constexpr TextCase kCases[] = {
        {"string", "[1]", "\"[1]\""},
        {"string", "", "\"\""},
        {"number", "12", "12"},
        {"any", "[1]", "\"[1]\""},
        {"bool", "true", "true"},
        {"list(string)", "[\"a\", 1]", "[\"a\", \"1\"]"},
        {"set(string)", "[\"b\", \"a\", \"a\"]", "[\"a\", \"b\"]"},
        {"map(string)", "{\"k\": \"v\"}", "{ k = \"v\" }"},
        {"map(string)", "{k=1}", "{ k = \"1\" }"},
        {"object({a=number, b=optional(string, \"x\")})", "{a=\"1\"}", "{ a = 1, b = \"x\" }"},
        {"tuple([string, number])", "[1, \"2\"]", "[\"1\", 2]"},
        {"list(string)", "null", "null"},
    };
    for (const TextCase& c : kCases) {
        SCOPED_TRACE(std::string(c.type) + " " + c.text);
        EXPECT_EQ(
            load_text(
                "variable \"v\" { type = " + std::string(c.type) + " }",
                {"v=" + std::string(c.text)}
            ),
            "v = " + std::string(c.want) + "\n"
        );
    }
}

TEST(VariableValues, AnUntypedVariableTakesTheTypeOfItsDefault) {
    constexpr TextCase kCases[] = {
        {"5", "7", "7"},
        {"\"x\"", "[1]", "\"[1]\""},
        {"[\"x\"]", "[\"y\"]", "[\"y\"]"},
        {"{a=1}", "{a=2, b=3}", "{ a = 2 }"},
        {"[]", "[1, 2]", "\"[1, 2]\""},
        {"{}", "x", "\"x\""},
        {"null", "x", "\"x\""},
    };
    for (const TextCase& c : kCases) {
        SCOPED_TRACE(c.type);
        EXPECT_EQ(
            load_text(
                "variable \"v\" {\n default = " + std::string(c.type) + "\n}",
                {"v=" + std::string(c.text)}
            ),
            "v = " + std::string(c.want) + "\n"
        );
    }
}

TEST(VariableValues, DefaultsMayAskTheEnvironmentAndNothingElse) {
    const MemoryWorld memory{
        {{"t.pkr.hcl",
          "variable \"a\" { default = env(\"HOME\") }\nvariable \"b\" { default = env(\"NONE\") "
          "}\n"}},
        {{"HOME", "/root"}}};
    EXPECT_EQ(load_variables(memory, {"t.pkr.hcl", {}, {}}), "a = \"/root\"\nb = \"\"\n");
}

TEST(VariableValues, MistakesShowTheText) {
    EXPECT_EQ(
        load_text("variable \"l\" { type = list(string) }", {"l=p"}),
        "l = <unknown>\n"
        "-var l:1:1: error: names cannot be used here: \"p\"\n"
        "    1 | p\n"
        "      | ^\n"
        "  while reading a value of type list(string) for variable \"l\"\n"
        "  hint: a text is written in quotes"
    );
    EXPECT_EQ(
        load_text("variable \"v\" { default = [\"x\"] }", {"v=[\"a\", \"b\"]"}),
        "v = <unknown>\n"
        "-var v:1:1: error: the value for variable \"v\" must be tuple([string]): a tuple of 1 "
        "elements is required, found 2\n"
        "    1 | [\"a\", \"b\"]\n"
        "      | ^^^^^^^^^^"
    );
    EXPECT_EQ(
        load_text("variable \"name\" { default = 1 }", {"nam=1"}),
        "name = 1\n"
        "error: Undefined -var variable: no variable \"nam\" is declared\n"
        "  hint: did you mean \"name\"?"
    );
    EXPECT_EQ(
        load_text("", {"nonsense"}), "error: -var \"nonsense\" is not of the form \"name=value\""
    );
    EXPECT_EQ(
        load_text("variable \"needed\" {}"),
        "needed = <unknown>\n"
        "t.pkr.hcl:1:1: error: Unset variable \"needed\"\n"
        "    1 | variable \"needed\" {}\n"
        "      | ^^^^^^^^^^^^^^^^^\n"
        "  hint: it has no default: give it with -var 'needed=...', a var-file or PKR_VAR_needed"
    );
}

TEST(VariableValues, UndeclaredNamesInFilesAreAWarningWhenAsked) {
    const MemoryWorld memory{
        {{"t.pkr.hcl", "variable \"region\" { default = \"\" }"}, {"v.hcl", "regoin = 1\n"}}, {}};
    LoadRequest request{"t.pkr.hcl", {}, {"v.hcl"}};
    EXPECT_EQ(load_variables(memory, request), "region = \"\"\n");
    request.warn_on_undeclared = true;
    EXPECT_EQ(
        load_variables(memory, request),
        "region = \"\"\n"
        "v.hcl:1:1: warning: no variable \"regoin\" is declared\n"
        "    1 | regoin = 1\n"
        "      | ^^^^^^\n"
        "  hint: did you mean \"region\"?"
    );
}

TEST(VariableValues, FilesMustBeReadableAndHoldAttributesOnly) {
    const MemoryWorld memory{
        {{"t.pkr.hcl", ""}, {"v.hcl", "variable \"x\" {}\n"}, {"f.hcl", "x = upper(\"a\")\n"}}, {}};
    EXPECT_EQ(
        load_variables(memory, {"t.pkr.hcl", {}, {"no.hcl", "v.txt", "v.hcl"}}),
        "error: reading no.hcl: no such file\n\n"
        "error: the name of var-file \"v.txt\" must end with .hcl or .json\n\n"
        "v.hcl:1:1: error: a file with values of variables holds no blocks, only name = value\n"
        "    1 | variable \"x\" {}\n"
        "      | ^^^^^^^^^^^^"
    );
}

TEST(VariableValues, OnlyTheWinningValueIsValidated) {
    const std::string text =
        "variable \"size\" {\n"
        "  type    = number\n"
        "  default = 1\n"
        "  validation {\n"
        "    condition     = var.size > 10\n"
        "    error_message = \"The size must be more than 10.\"\n"
        "  }\n"
        "}\n";
    EXPECT_EQ(load_text(text, {"size=11"}), "size = 11\n");
    EXPECT_EQ(
        load_text(text, {"size=3"}),
        "size = 3\n"
        "-var size:1:1: error: Invalid value for command line variable \"size\": The size must be "
        "more than 10.\n"
        "    1 | 3\n"
        "      | ^\n"
        "  hint: the condition is at t.pkr.hcl:5:21"
    );
    EXPECT_EQ(
        load_text(text),
        "size = 1\n"
        "t.pkr.hcl:1:1: error: Invalid value for default variable \"size\": The size must be more "
        "than 10.\n"
        "    1 | variable \"size\" {\n"
        "      | ^^^^^^^^^^^^^^^\n"
        "  hint: the condition is at t.pkr.hcl:5:21"
    );
}

TEST(VariableValues, AreJudgedEvenWhenALaterOneWins) {
    const std::string out = load_variables(
        {{{"t.pkr.hcl", "variable \"n\" { type = number }\n"}, {"x.hcl", "n = \"many\"\n"}}, {}},
        {"t.pkr.hcl", {"n=1"}, {"x.hcl"}}
    );
    EXPECT_NE(out.find("x.hcl:1:5: error: the value for variable \"n\" must be number"), out.npos)
        << out;
}

}  // namespace
}  // namespace kiln::tmpl
