#include "execute/run_text.hpp"

#include "execute/testing/run_fixture.hpp"

#include <gtest/gtest.h>

namespace kiln::exec {
namespace {

struct RunText : testing::Test {
    RunFixture run;
    BuildContext context = run.context();

    RunText() { context.build_values = {{"ID", "machine-1"}, {"Nested", "{{.ID}}"}}; }

    std::string error(const std::string& text) {
        try {
            return "rendered: " + render_at_run(context, "source", text);
        } catch (const Error& error) {
            return error.message() + " / " + error.context().at(0);
        }
    }
};

TEST_F(RunText, SeesTheValuesOfTheBuild) {
    EXPECT_EQ(render_at_run(context, "source", "x-{{.ID}}"), "x-machine-1");
    EXPECT_EQ(render_at_run(context, "source", "{{.Nested}}"), "machine-1");
    EXPECT_EQ(render_at_run(context, "source", "{{.Other}}"), "<no value>");
}

TEST_F(RunText, DoesNotSearchGivenFieldsForTemplates) {
    EXPECT_EQ(
        render_at_run(context, "execute_command", "{{.Vars}} {{.ID}}", {{"Vars", "A='{{.ID}}'"}}),
        "A='{{.ID}}' machine-1"
    );
}

TEST_F(RunText, KnowsTheBuildFunctionInLegacyTemplatesOnly) {
    EXPECT_EQ(error("{{build `ID`}}").substr(0, 9), "line 1, c") << error("{{build `ID`}}");
    run.build.text.build_value = [](const std::string&) { return std::optional<std::string>("?"); };
    EXPECT_EQ(error("{{build `ID`}}"), "rendered: machine-1");
}

TEST_F(RunText, NamesTheOptionThatIsWrong) {
    EXPECT_EQ(
        error("{{foo}}"), "line 1, column 3: function \"foo\" not defined / rendering source"
    );
}

}  // namespace
}  // namespace kiln::exec
