#include "template/load.hpp"
#include "template/testing/memory_world.hpp"

#include <gmock/gmock.h>

namespace kiln::tmpl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

struct LoadedLegacy {
    MemoryWorld memory;
    SourceMap sources;
    Diagnostics diagnostics;
    std::shared_ptr<const Template> value;

    std::string mistakes() const { return render(diagnostics); }
    std::string user(const std::string& name) const { return value->user_variables.at(name); }
};

std::unique_ptr<LoadedLegacy> load_legacy(
    const std::string& text,
    LoadRequest request = {},
    const std::map<std::string, std::string>& files = {}
) {
    auto loaded = std::make_unique<LoadedLegacy>();
    loaded->memory.files = files;
    loaded->memory.files["t.json"] = text;
    loaded->memory.variables = {{"HOME", "/root"}};
    request.path = "t.json";
    loaded->value =
        load_template(request, loaded->memory.environment(), loaded->sources, loaded->diagnostics);
    return loaded;
}

// `{"builders": [...], members`, with one builder.
std::string with_builder(const std::string& members) {
    return "{\"builders\": [{\"type\": \"null\"}],\n" + members + "}";
}

std::string mistakes_of(const std::string& members) {
    return load_legacy(with_builder(members))->mistakes();
}

TEST(LoadLegacy, ReadsEveryPartOfATemplate) {
    const auto loaded = load_legacy(R"({
        "_comment": "not for the reader",
        "description": "a node",
        "min_packer_version": "1.3.0",
        "push": {"name": "x"},
        "variables": {"v": "1"},
        "builders": [
            {"type": "null", "name": "n-{{user `v`}}", "communicator": "none"},
            {"type": "file"}
        ],
        "provisioners": [{
            "type": "shell",
            "only": ["n-{{user `v`}}"],
            "pause_before": "1m",
            "timeout": 1000000000,
            "max_retries": "{{user `v`}}",
            "override": {"file": {"inline": ["b"]}},
            "inline": ["a"]
        }],
        "error-cleanup-provisioner": {"type": "shell-local", "inline": ["c"]},
        "post-processors": [
            "compress",
            {"type": "manifest", "keep_input_artifact": true, "except": "file"},
            ["checksum", {"type": "artifice", "name": "last"}]
        ]
    })");
    ASSERT_EQ(loaded->mistakes(), "");
    EXPECT_EQ(loaded->value->description, "a node");
    EXPECT_EQ(loaded->value->template_directory, "/srv");
    const BuildBlock& build = loaded->value->builds.at(0);
    ASSERT_EQ(build.sources.size(), 2U);
    EXPECT_EQ(build.sources[0].alias, "n-1");
    EXPECT_EQ(full_build_name(build, build.sources[0]), "n-1");
    EXPECT_EQ(full_build_name(build, build.sources[1]), "file");
    EXPECT_NE(build.sources[0].source->body.find("communicator"), nullptr);

    const ProvisionerBlock& step = build.provisioners.at(0);
    EXPECT_THAT(step.arguments.only, ElementsAre("n-1"));
    EXPECT_EQ(step.pause_before, std::chrono::minutes(1));
    EXPECT_EQ(step.timeout, std::chrono::seconds(1));
    EXPECT_EQ(step.max_retries, 1);
    EXPECT_EQ(step.override_bodies.at("file").attributes.size(), 1U);
    EXPECT_EQ(step.body.attributes.size(), 1U);
    EXPECT_EQ(build.error_cleanup_provisioner->type, "shell-local");

    ASSERT_EQ(build.post_processors.size(), 3U);
    EXPECT_EQ(build.post_processors[0][0].arguments.name, "compress");
    EXPECT_EQ(build.post_processors[1][0].keep_input_artifact, true);
    EXPECT_THAT(build.post_processors[1][0].arguments.except, ElementsAre("file"));
    ASSERT_EQ(build.post_processors[2].size(), 2U);
    EXPECT_EQ(build.post_processors[2][1].arguments.name, "last");
}

TEST(LoadLegacy, TellsOfEveryMistake) {
    const auto loaded = load_legacy(R"({
  "_c": 1, "builder": [],
  "min_packer_version": "9.0.0",
  "builders": [{"name": "x"}, {"type": "null"}, {"type": "null"}, 5,],
  "provisioners": [
    {"inline": []},
    {"type": "shell", "only": ["nul"], "except": ["null"], "pause_before": ""},
    {"type": "shell", "max_retries": "two", "override": {"null": []}}
  ],
  "post-processors": [5, [["a"]], {"type": "a", "keep_input_artifact": "true"}],
  "provisioners": []
})");
    std::vector<std::string> summaries;
    for (const Diagnostic& diagnostic : loaded->diagnostics.list()) {
        summaries.push_back(
            to_string(diagnostic.subject) + " " + diagnostic.summary +
            (diagnostic.hint.empty() ? "" : " (" + diagnostic.hint + ")")
        );
    }
    EXPECT_THAT(
        summaries,
        ElementsAre(
            "t.json:4:68 a comma with nothing behind it (no comma follows the last element)",
            "t.json:11:3 \"provisioners\" is set twice (it is set at t.json:5:3 already)",
            "t.json:3:25 This template requires Packer version 9.0.0 or higher; kiln reads "
            "templates as 1.16.0 does",
            "t.json:4:16 builder 1 needs \"type\"",
            "t.json:4:50 there is a builder named \"null\" already (the other one is at "
            "t.json:4:32; give each a \"name\" of its own)",
            "t.json:4:67 builder 4 must be an object, found a number",
            "t.json:6:5 provisioner 1 needs \"type\"",
            "t.json:7:31 \"only\" names builder \"nul\", which the template does not have (did you "
            "mean \"null\"?)",
            "t.json:7:40 \"only\" and \"except\" exclude each other in provisioner 2",
            "t.json:7:76 \"\" is no duration (write a number with a unit, such as \"30s\" or "
            "\"1h5m\")",
            "t.json:8:38 \"max_retries\" must be a whole number",
            "t.json:8:66 \"override\" for builder \"null\" must be an object, found an array",
            "t.json:10:23 post-processor 1 must be a type, an object, or an array of these, found "
            "a number",
            "t.json:10:27 post-processor 2 is a chain already: it holds post-processors, not "
            "further arrays",
            "t.json:10:72 \"keep_input_artifact\" of post-processor 3 must be true or false, found "
            "a string",
            "t.json:2:9 comment \"_c\" must be a string, found a number",
            "t.json:2:12 a template has no property \"builder\" (did you mean \"builders\"?)"
        )
    );
}

TEST(LoadLegacy, RefusesWhatIsNoTemplate) {
    EXPECT_EQ(
        load_legacy("[1]")->mistakes(),
        "t.json:1:1: error: a template must be an object, found an array\n"
        "    1 | [1]\n"
        "      | ^^^"
    );
    EXPECT_EQ(
        load_legacy("{}")->mistakes(),
        "t.json:1:1: error: a template needs at least one builder\n"
        "    1 | {}\n"
        "      | ^"
    );
    EXPECT_EQ(
        load_legacy("\xEF\xBB\xBF{}")->mistakes(),
        "t.json:1:1: error: the file starts with a byte order mark, which JSON does not allow\n"
        "    1 | \xEF\xBB\xBF{}\n"
        "      | ^\n"
        "  hint: save it as UTF-8 without one"
    );
    EXPECT_NE(load_legacy("{\"a\": \"\xFF\"}")->mistakes(), "");
    EXPECT_NE(load_legacy(std::string("{}\0", 3))->mistakes(), "");
    EXPECT_NE(load_legacy(std::string(100'000, '['))->mistakes(), "");
}

TEST(LoadLegacy, LaterSourcesOfAVariableWin) {
    LoadRequest request;
    request.variables = {"a=command", "new={{upper `x`}}"};
    request.variable_files = {"1.json", "2.json"};
    const auto loaded = load_legacy(
        with_builder(R"("variables": {"a": "default", "b": "default", "c": null, "d": null})"),
        request,
        {{"1.json", R"({"a": "1", "b": "1", "c": "1", "d": "1"})"},
         {"2.json", R"({"b": "2", "undeclared": "u", "d": null})"}}
    );
    EXPECT_EQ(loaded->mistakes(), "");
    EXPECT_THAT(
        loaded->value->user_variables,
        ElementsAre(
            Pair("a", "command"),
            Pair("b", "2"),
            Pair("c", "1"),
            Pair("d", ""),
            Pair("new", "X"),
            Pair("undeclared", "u")
        )
    );
}

TEST(LoadLegacy, VariablesAreTextTemplates) {
    const auto loaded = load_legacy(with_builder(
        R"("variables": {
            "a": "{{user `b`}}-{{env `HOME`}}",
            "b": "{{user `c` | upper}}",
            "c": "c",
            "field": "http://{{ .HTTPIP }}:{{.HTTPPort}}/{{user `c`}}",
            "twice": "{{`{{upper `}}\"x\"}}",
            "empty": "{{if user `none`}}y{{else}}n{{end}}",
            "none": "",
            "hcl": "${var.x}"
        }, "sensitive-variables": ["a"])"
    ));
    EXPECT_EQ(loaded->mistakes(), "");
    EXPECT_EQ(loaded->user("a"), "C-/root");
    EXPECT_EQ(loaded->user("field"), "http://{{ .HTTPIP }}:{{.HTTPPort}}/c");
    EXPECT_EQ(loaded->user("twice"), "X");
    EXPECT_EQ(loaded->user("empty"), "n");
    EXPECT_EQ(loaded->user("hcl"), "${var.x}");
    EXPECT_THAT(loaded->value->secrets, ElementsAre("C-/root"));
}

TEST(LoadLegacy, SaysWhatIsWrongWithVariables) {
    EXPECT_EQ(
        mistakes_of("\"variables\": {\"a\": 1, \"needed\": null}"),
        "t.json:2:20: error: the default of variable \"a\" must be a string or null, found a "
        "number\n"
        "    2 | \"variables\": {\"a\": 1, \"needed\": null}}\n"
        "      |                    ^\n"
        "  hint: variables of a JSON template are strings: put quotes around it\n"
        "\n"
        "t.json:2:23: error: required variable not set: needed\n"
        "    2 | \"variables\": {\"a\": 1, \"needed\": null}}\n"
        "      |                       ^^^^^^^^\n"
        "  hint: give it with -var 'needed=...' or in a var-file"
    );
    EXPECT_EQ(
        mistakes_of("\"variables\": {\"abc\": \"\", \"x\": \"{{user `abd`}}\"}"),
        "t.json:2:31: error: variable not set: abd\n"
        "    2 | \"variables\": {\"abc\": \"\", \"x\": \"{{user `abd`}}\"}}\n"
        "      |                               ^^^^^^^^^^^^^^^^\n"
        "  hint: did you mean \"abc\"?"
    );
    EXPECT_EQ(
        mistakes_of("\"variables\": {\"a\": \"{{user `b`}}\", \"b\": \"{{user `a`}}\"}"),
        "t.json:2:41: error: variables refer to each other in a circle: a -> b -> a\n"
        "    2 | \"variables\": {\"a\": \"{{user `b`}}\", \"b\": \"{{user `a`}}\"}}\n"
        "      |                                         ^^^^^^^^^^^^^^"
    );
    EXPECT_EQ(
        mistakes_of("\"variables\": {\"a\": \"{{vault `p` `k`}}\"}"),
        "t.json:2:20: error: variable \"a\" is no valid text template: line 1, column 3: calling "
        "vault: kiln asks no secret store but AWS Secrets Manager; give the variable a "
        "value with -var, a var-file or {{env `NAME`}}\n"
        "    2 | \"variables\": {\"a\": \"{{vault `p` `k`}}\"}}\n"
        "      |                    ^^^^^^^^^^^^^^^^^^^"
    );
    EXPECT_EQ(
        mistakes_of("\"sensitive-variables\": [\"x\"]"),
        "warning: \"sensitive-variables\" names \"x\", which is no variable"
    );
    LoadRequest request;
    request.variable_files = {"v.hcl", "n.json"};
    request.variables = {"novalue"};
    EXPECT_EQ(
        load_legacy(
            with_builder("\"push\": 1"), request, {{"v.hcl", "a = 1"}, {"n.json", "{\"a\": 1}"}}
        )->mistakes(),
        "v.hcl:1:1: error: expected a value\n"
        "    1 | a = 1\n"
        "      | ^\n"
        "  hint: strings are in double quotes\n"
        "\n"
        "error: var-file \"v.hcl\" of a JSON template must be JSON too\n"
        "\n"
        "n.json:1:7: error: the value of variable \"a\" must be a string, found a number\n"
        "    1 | {\"a\": 1}\n"
        "      |       ^\n"
        "\n"
        "error: -var \"novalue\" is not of the form \"name=value\""
    );
}

TEST(LoadLegacy, LongChainsOfVariablesEndWithAnError) {
    std::string variables;
    for (int i = 0; i < 5000; ++i) {
        variables +=
            "\"v" + std::to_string(i) + "\": \"{{user `v" + std::to_string(i + 1) + "`}}\",";
    }
    const std::string mistakes = mistakes_of("\"variables\": {" + variables + "\"v5000\": \"x\"}");
    EXPECT_NE(mistakes.find("more than 100 deep"), std::string::npos);
}

// What Packer's parser refuses, and what it leaves to those that need the values.
struct LookCase {
    const char* text;
    const char* mistake;  ///< a part of it; "" for none
};
constexpr LookCase kLookCases[] = {
    {R"({"variables": {"a": null, "b": "{{user `b`}}{{user `c`}}"}})", ""},
    {R"({"min_packer_version": "99.0"})", ""},
    {R"({"builders": [{"type": "null", "name": "{{user `a`}}"},
                      {"type": "null", "name": "{{user `b`}}"}]})",
     ""},
    {R"({"provisioners": [{"type": "shell", "only": ["none"], "max_retries": "{{user `a`}}"}]})",
     ""},
    {R"({"builders": [{"name": "a"}]})", "builder 1 needs \"type\""},
    {R"({"builders": [{"type": "null"}, {"type": "null"}]})", "a builder named \"null\" already"},
    {R"({"provisioners": [{}]})", "provisioner 1 needs \"type\""},
    {R"({"provisioners": "shell"})", "\"provisioners\" of a template must be an array"},
    {R"({"post-processors": [[{"name": "a"}]]})", "post-processor 1.1 needs \"type\""},
    {R"({"variables": {"a": 1}})", "the default of variable \"a\" must be a string or null"},
    {R"({"builder": []})", "a template has no property \"builder\""},
};

TEST(LoadLegacy, LookingFindsWhatTheTextAloneGetsWrong) {
    LoadRequest look;
    look.look_only = true;
    LoadRequest syntax;
    syntax.syntax_only = true;
    for (const LookCase& c : kLookCases) {
        SCOPED_TRACE(c.text);
        for (const LoadRequest& request : {look, syntax}) {
            const std::string mistakes = load_legacy(c.text, request)->mistakes();
            EXPECT_THAT(mistakes, HasSubstr(c.mistake));
            EXPECT_EQ(mistakes.empty(), std::string(c.mistake).empty()) << mistakes;
        }
    }
}

TEST(LoadLegacy, WithoutValuesNamesAreStillJudged) {
    LoadRequest request;
    request.without_values = true;
    EXPECT_EQ(load_legacy("{\"variables\": {\"a\": null}}", request)->mistakes(), "");
    EXPECT_THAT(
        load_legacy(R"({"provisioners": [{"type": "shell", "only": ["none"]}]})", request)
            ->mistakes(),
        HasSubstr("\"only\" names builder \"none\"")
    );
}

}  // namespace
}  // namespace kiln::tmpl
