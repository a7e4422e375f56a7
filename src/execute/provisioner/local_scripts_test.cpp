#include "execute/provisioner/local_scripts.hpp"

#include "execute/testing/run_fixture.hpp"

#include <algorithm>
#include <gmock/gmock.h>

namespace kiln::exec {
namespace {

using testing::ElementsAre;

struct LocalScripts : testing::Test {
    RunFixture run;
    plan::ShellLocalOptions options;

    std::string error() {
        BuildContext context = run.context();
        try {
            run_local_scripts(context, options);
        } catch (const Error& caught) {
            return caught.message();
        }
        return "";
    }
    std::vector<std::string> output() {
        std::vector<std::string> lines = run.events.take();
        std::erase_if(lines, [](const std::string& line) {
            return line.starts_with("say null.base: Running local shell script: ");
        });
        return lines;
    }
    std::size_t temporary_scripts() {
        const auto entries = run.files.list_directory(run.folder.path());
        return static_cast<std::size_t>(std::count_if(
            entries.begin(),
            entries.end(),
            [](const sys::DirectoryEntry& entry) { return entry.name.starts_with("packer-shell"); }
        ));
    }
};

TEST_F(LocalScripts, RunInlineCommandsInATemporaryFile) {
    options.inline_commands = {
        "head -1 $0",
        "stat -c %a $0",
        "echo $0 | sed 's/[0-9]*$//'",
        "echo $A $PACKER_BUILD_NAME $PACKER_BUILDER_TYPE $PACKER_RUN_UUID"};
    options.env = {{"A", "it's"}};
    EXPECT_EQ(error(), "");
    EXPECT_THAT(
        output(),
        ElementsAre(
            "out null.base: #!/bin/sh -e",
            "out null.base: 700",
            "out null.base: " + run.at("packer-shell"),
            "out null.base: it's base null 11111111-2222-3333-4444-555555555555"
        )
    );
    EXPECT_EQ(temporary_scripts(), 0U);
}

TEST_F(LocalScripts, AreAnnouncedByTheirPath) {
    run.write("hello.sh", "#!/bin/sh\necho hello from $0\n", 0755);
    options.script = "hello.sh";
    EXPECT_EQ(error(), "");
    EXPECT_THAT(
        run.events.take(),
        ElementsAre(
            "say null.base: Running local shell script: hello.sh",
            "out null.base: hello from " + run.at("hello.sh")
        )
    );
}

TEST_F(LocalScripts, TakeTheCommandOfTheUser) {
    options.inline_commands = {"ignored"};
    options.tempfile_extension = ".sh";
    options.execute_command = {"/bin/echo", "{{.Vars}}", "{{.Script}}"};
    options.environment_vars = {"X=1"};
    EXPECT_EQ(error(), "");
    const std::vector<std::string> lines = output();
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_THAT(
        lines[0],
        testing::MatchesRegex("out null.base: PACKER_BUILDER_TYPE='null' "
                              "PACKER_BUILD_NAME='base' X='1'  /.*/packer-shell[0-9]+\\.sh")
    );
    options.execute_command = {"echo one word: {{.Script}} | cut -d: -f1"};
    EXPECT_EQ(error(), "");
    EXPECT_THAT(output(), ElementsAre("out null.base: one word"));
}

TEST_F(LocalScripts, KnowTheOldSpelling) {
    options.command = "echo old";
    EXPECT_EQ(error(), "");
    EXPECT_THAT(output(), ElementsAre("out null.base: old"));
}

TEST_F(LocalScripts, FailAsPackersDo) {
    options.inline_commands = {"exit 3"};
    options.valid_exit_codes = {0, 2};
    EXPECT_EQ(error(), "Script exited with non-zero exit status: 3. Allowed exit codes are: [0 2]");
    EXPECT_EQ(temporary_scripts(), 0U);
}

TEST_F(LocalScripts, AreSkippedOnOtherSystems) {
    options.inline_commands = {"exit 3"};
    options.only_on = {"windows", "darwin"};
    EXPECT_EQ(error(), "");
    EXPECT_THAT(
        run.events.take(), ElementsAre("say null.base: Skipping shell-local due to runtime OS")
    );
    options.only_on = {"windows", "linux"};
    EXPECT_NE(error(), "");
}

TEST_F(LocalScripts, EndWithAStop) {
    options.inline_commands = {"sleep 1000"};
    run.stop.request_stop();
    BuildContext context = run.context();
    try {
        run_local_scripts(context, options);
        FAIL() << "did not throw";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::interrupted);
    }
    EXPECT_EQ(temporary_scripts(), 0U);
}

}  // namespace
}  // namespace kiln::exec
