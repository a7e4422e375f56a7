#include "plan/make_plan.hpp"
#include "plan/options/file_builder.hpp"
#include "plan/options/shell_local.hpp"
#include "template/load.hpp"
#include "template/testing/memory_world.hpp"

#include <gmock/gmock.h>

namespace kiln::plan {
namespace {

using ::testing::ElementsAre;

struct PlannedLegacy {
    tmpl::MemoryWorld memory;
    SourceMap sources;
    Diagnostics diagnostics;
    BuildPlan plan;

    std::string mistakes() const { return render(diagnostics); }
    const ShellLocalOptions& step(std::size_t build, std::size_t index) const {
        return plan.builds.at(build).provisioners.at(index).component.options.as<ShellLocalOptions>(
        );
    }
};

std::unique_ptr<PlannedLegacy> make_legacy(
    const std::string& text, const tmpl::Selection& selection = {}
) {
    auto planned = std::make_unique<PlannedLegacy>();
    planned->memory.files = {{"p/packer.json", text}};
    const auto source = tmpl::load_template(
        {"p/packer.json", {}, {}},
        planned->memory.environment(),
        planned->sources,
        planned->diagnostics
    );
    const Facts facts{[&](const std::string& path) { return planned->memory.kind(path); }};
    const RunFacts run{{}, [] { return std::string("uuid"); }, "/srv"};
    planned->plan = make_plan(source, selection, facts, run, planned->diagnostics);
    return planned;
}

TEST(DecodeLegacy, RendersThenFitsAndLeavesTheRestForTheRun) {
    const auto planned = make_legacy(R"({
        "variables": {"yes": "true", "shebang": "/bin/sh,-e", "none": ""},
        "builders": [{"type": "null", "name": "{{user `yes`}}-x", "communicator": "none"}],
        "provisioners": [{
            "type": "shell-local",
            "inline": "echo {{build_name}},echo {{build `ID`}} {{template_dir}} ${x} {{user `no`}}",
            "Tempfile_Extension": ".sh",
            "script": "{{user `none`}}",
            "execute_command": ["sh", "{{.Script}}"],
            "use_linux_pathing": "{{user `yes`}}"
        }]
    })");
    ASSERT_EQ(planned->mistakes(), "");
    ASSERT_EQ(planned->plan.builds.size(), 1U);
    EXPECT_EQ(planned->plan.builds[0].name, "true-x");
    const ShellLocalOptions& options = planned->step(0, 0);
    EXPECT_THAT(options.inline_commands, ElementsAre("echo true-x", "echo {{.ID}} /srv/p ${x} "));
    EXPECT_THAT(options.execute_command, ElementsAre("sh", "{{.Script}}"));
}

TEST(DecodeLegacy, OverridesReplaceOptionsOfOneBuilder) {
    const auto planned = make_legacy(R"({
        "builders": [{"type": "null", "name": "a", "communicator": "none"},
                     {"type": "null", "name": "b", "communicator": "none"}],
        "provisioners": [{
            "type": "shell-local",
            "inline": ["one", "two"],
            "override": {"b": {"inline": ["three"]}}
        }]
    })");
    EXPECT_THAT(planned->step(0, 0).inline_commands, ElementsAre("one", "two"));
    EXPECT_THAT(planned->step(1, 0).inline_commands, ElementsAre("three"));
    EXPECT_EQ(
        planned->mistakes(),
        "p/packer.json:7:42: warning: this override replaces the whole list \"inline\"; Packer "
        "would keep the last 1 of it\n"
        "    7 |             \"override\": {\"b\": {\"inline\": [\"three\"]}}\n"
        "      |                                          ^^^^^^^^^\n"
        "  hint: give both lists the same length to be understood alike"
    );
}

TEST(DecodeLegacy, SelectionComparesNamesOfBuildersExactly) {
    const std::string text = R"({
        "builders": [{"type": "null", "name": "a", "communicator": "none"},
                     {"type": "null", "communicator": "none"}],
        "post-processors": [["manifest", {"type": "shell-local", "name": "n", "inline": "x"}]]
    })";
    EXPECT_EQ(make_legacy(text)->plan.builds.size(), 2U);
    const auto only = make_legacy(text, {{"a"}, {}});
    ASSERT_EQ(only->plan.builds.size(), 1U);
    EXPECT_EQ(only->plan.builds[0].name, "a");
    EXPECT_EQ(make_legacy(text, {{"null.a"}, {}})->plan.builds.size(), 0U);
    EXPECT_EQ(make_legacy(text, {{"*"}, {}})->plan.builds.size(), 0U);
    const auto except = make_legacy(text, {{}, {"n", "a"}});
    ASSERT_EQ(except->plan.builds.size(), 1U);
    EXPECT_EQ(except->plan.builds[0].name, "null");
    EXPECT_EQ(except->plan.builds[0].post_processors.at(0).size(), 1U);
    // The type is no name when there is a name.
    EXPECT_EQ(
        make_legacy(text, {{}, {"shell-local"}})->plan.builds[0].post_processors.at(0).size(), 2U
    );
}

TEST(DecodeLegacy, TellsOfEveryMistakeWhereItStands) {
    const auto planned = make_legacy(R"({
  "builders": [{"type": "file", "target": ["x"], "contnt": "a"}],
  "provisioners": [
    {"type": "shell-local", "inline": ["ok", "{{nothing}}"], "valid_exit_codes": "0,x"},
    {"type": "shell-local", "inline": ["{{build `Nope`}}"], "_comment": "c"},
    {"type": "shell-local", "inline": ["{{env `HOME`}}"]}
  ]
})");
    EXPECT_EQ(
        planned->mistakes(),
        "p/packer.json:2:43: error: option \"target\" must be a string: found an array\n"
        "    2 |   \"builders\": [{\"type\": \"file\", \"target\": [\"x\"], \"contnt\": \"a\"}],\n"
        "      |                                           ^^^^^\n"
        "\n"
        "p/packer.json:2:50: error: builder \"file\" has no option \"contnt\"\n"
        "    2 |   \"builders\": [{\"type\": \"file\", \"target\": [\"x\"], \"contnt\": \"a\"}],\n"
        "      |                                                  ^^^^^^^^\n"
        "  hint: did you mean \"content\"?\n"
        "\n"
        "p/packer.json:4:46: error: option \"inline\" is no valid text template: line 1, column 3: "
        "function \"nothing\" not defined\n"
        "    4 |     {\"type\": \"shell-local\", \"inline\": [\"ok\", \"{{nothing}}\"], "
        "\"valid_exit_codes\": \"0,x\"},\n"
        "      |                                              ^^^^^^^^^^^^^\n"
        "\n"
        "p/packer.json:4:82: error: option \"valid_exit_codes\" must be a list of number: of an "
        "element: \"x\" is not a whole number\n"
        "    4 |     {\"type\": \"shell-local\", \"inline\": [\"ok\", \"{{nothing}}\"], "
        "\"valid_exit_codes\": \"0,x\"},\n"
        "      |                                                                            "
        "      ^^^^^\n"
        "\n"
        "p/packer.json:5:40: error: option \"inline\" is no valid text template: line 1, column 3: "
        "calling build: there is no build value \"Nope\"\n"
        "    5 |     {\"type\": \"shell-local\", \"inline\": [\"{{build `Nope`}}\"], "
        "\"_comment\": \"c\"},\n"
        "      |                                        ^^^^^^^^^^^^^^^^^^\n"
        "\n"
        "p/packer.json:5:61: error: provisioner \"shell-local\" has no option \"_comment\"\n"
        "    5 |     {\"type\": \"shell-local\", \"inline\": [\"{{build `Nope`}}\"], "
        "\"_comment\": \"c\"},\n"
        "      |                                                             ^^^^^^^^^^\n"
        "\n"
        "p/packer.json:6:40: error: option \"inline\" is no valid text template: line 1, column 3: "
        "calling env: only available in the variables of a JSON template\n"
        "    6 |     {\"type\": \"shell-local\", \"inline\": [\"{{env `HOME`}}\"]}\n"
        "      |                                        ^^^^^^^^^^^^^^^^"
    );
}

}  // namespace
}  // namespace kiln::plan
