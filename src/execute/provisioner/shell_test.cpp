#include "execute/provisioner/shell.hpp"

#include "execute/testing/fake_machine.hpp"
#include "execute/testing/host_communicator.hpp"
#include "execute/testing/run_fixture.hpp"

#include <algorithm>
#include <gmock/gmock.h>
#include <set>

namespace kiln::exec {
namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;

struct Shell : testing::Test {
    RunFixture run;
    HostCommunicator host{run.files, run.processes};
    FakeMachine machine{&host};
    plan::ShellOptions options;

    Shell() {
        run.build.source_name = "base";
        options.remote_folder = run.folder.path();
        options.remote_file = "remote.sh";
    }

    void go() {
        BuildContext context = run.context();
        context.build_values = {{"ID", "machine-1"}};
        make_shell_provisioner(options)->run(context, machine);
    }
    std::string error() {
        try {
            go();
        } catch (const Error& caught) {
            return caught.message();
        }
        return "";
    }
    /// Without the line that names the temporary file of an inline script.
    std::vector<std::string> output() {
        std::vector<std::string> lines = run.events.take();
        std::erase_if(lines, [](const std::string& line) {
            return line.starts_with("say null.base: Provisioning with shell script: ");
        });
        return lines;
    }
    /// What is in the folder of the run, the journal aside.
    std::vector<std::string> left() {
        std::vector<std::string> names;
        for (const sys::DirectoryEntry& entry : run.files.list_directory(run.folder.path())) {
            if (!entry.name.starts_with("journal")) {
                names.push_back(entry.name);
            }
        }
        return names;
    }
};

TEST_F(Shell, RunsInlineCommandsAsOneScriptAndRemovesIt) {
    options.inline_commands = {"echo one; X=two", "echo $X >&2", "basename $0"};
    go();
    EXPECT_THAT(
        output(),
        testing::UnorderedElementsAre(
            "out null.base: one", "out null.base: remote.sh", "err null.base: two"
        )
    );
    EXPECT_THAT(left(), ElementsAre());
}

TEST_F(Shell, RendersTheDefaultCommandsAsPackerDoes) {
    options.inline_commands = {"true"};
    options.env = {{"A", "it's"}};
    options.environment_vars = {"A=other", "B=c=d"};
    go();
    const std::string path = run.at("remote.sh");
    EXPECT_THAT(
        host.commands,
        ElementsAre(
            "(chmod +x " + path +
            R"(; A='it'"'"'s' B='c=d' PACKER_BUILDER_TYPE='null' PACKER_BUILD_NAME='base'  )" +
            path + "\n); code=$?; case $code in 0) rm -f " + path +
            " || code=253;; esac; exit $code"
        )
    );
}

TEST_F(Shell, RendersTheCommandOfTheUser) {
    options.inline_commands = {"true"};
    options.execute_command = "{{ .Vars }} sh '{{ .Path }}' # {{ .ID }}";
    options.env_var_format = "%s=%s ";
    options.skip_clean = true;
    go();
    const std::string path = run.at("remote.sh");
    EXPECT_EQ(
        host.commands.at(0),
        "PACKER_BUILDER_TYPE=null PACKER_BUILD_NAME=base  sh '" + path + "' # machine-1"
    );
}

TEST_F(Shell, TellsScriptsOfAServerOnlyWhenThereIsOne) {
    options.inline_commands = {"env | grep ^PACKER_HTTP | sort; :"};
    BuildContext context = run.context();
    context.build_values = {
        {"PackerHTTPAddr", "10.0.2.2:8123"},
        {"PackerHTTPIP", "ERR_HTTP_IP_NOT_IMPLEMENTED_BY_BUILDER"},
        {"PackerHTTPPort", ""}};
    make_shell_provisioner(options)->run(context, machine);
    EXPECT_THAT(output(), ElementsAre("out null.base: PACKER_HTTP_ADDR=10.0.2.2:8123"));
}

TEST_F(Shell, PassesVariablesInAFile) {
    options.inline_commands = {"echo $A"};
    options.env = {{"A", "it's"}};
    options.use_env_var_file = true;
    go();
    EXPECT_THAT(output(), ElementsAre("out null.base: it's"));
    ASSERT_EQ(host.commands.size(), 2U);
    EXPECT_EQ(host.commands[1].substr(0, 6), "rm -f ");
    EXPECT_NE(host.commands[1].find("/varfile_"), std::string::npos);
    EXPECT_THAT(left(), ElementsAre());
}

TEST_F(Shell, RunsScriptsInOrderUnderOneName) {
    options.scripts = {
        run.write("one.sh", "#!/bin/sh\r\necho one\r\n"),
        run.write("two.sh", "#!/bin/sh\necho two {{.ID}}\n")};
    go();
    EXPECT_THAT(
        run.events.take(),
        ElementsAre(
            "say null.base: Provisioning with shell script: " + run.at("one.sh"),
            "out null.base: one",
            "say null.base: Provisioning with shell script: " + run.at("two.sh"),
            "out null.base: two {{.ID}}"
        )
    );
    EXPECT_THAT(host.uploads, ElementsAre(run.at("remote.sh"), run.at("remote.sh")));
}

TEST_F(Shell, LeavesBinaryScriptsAlone) {
    options.script = run.write("one.sh", "#!/bin/sh\nprintf 'a\r\nb' | wc -c\n");
    options.binary = true;
    go();
    EXPECT_THAT(output(), ElementsAre("out null.base: 4"));
}

struct ShebangCase {
    const char* name;
    std::optional<std::string> shebang;
    std::vector<std::string> lines;
    const char* want;
};

TEST_F(Shell, WritesAShebangUnlessTheTextBringsOne) {
    const ShebangCase cases[] = {
        {"usual", {}, {"head -1 $0"}, "out null.base: #!/bin/sh -e"},
        {"its own", {}, {"#!/bin/sh -u", "head -1 $0"}, "out null.base: #!/bin/sh -u"},
        {"the option wins", "/bin/sh", {"#!/bin/sh -u", "head -1 $0"}, "out null.base: #!/bin/sh"},
    };
    for (const ShebangCase& c : cases) {
        SCOPED_TRACE(c.name);
        options.inline_shebang = c.shebang;
        options.inline_commands = c.lines;
        go();
        EXPECT_THAT(output(), ElementsAre(c.want));
    }
}

TEST_F(Shell, TellsAnExitCodeThatIsNotValid) {
    options.inline_commands = {"exit 3"};
    EXPECT_EQ(error(), "Script exited with non-zero exit status: 3. Allowed exit codes are: [0]");
    options.valid_exit_codes = {0, 2};
    EXPECT_EQ(error(), "Script exited with non-zero exit status: 3. Allowed exit codes are: [0 2]");
    options.valid_exit_codes = {3};
    EXPECT_EQ(error(), "");
}

TEST_F(Shell, LeavesNoLocalFileWhenItFails) {
    options.inline_commands = {"exit 3"};
    EXPECT_NE(error(), "");
    EXPECT_THAT(left(), ElementsAre("remote.sh")) << "only the machine's, which is thrown away";
}

TEST_F(Shell, ACommandMayEndInAComment) {
    options.inline_commands = {"exit 4"};
    options.valid_exit_codes = {0, 4};
    options.execute_command = "sh {{ .Path }} # as they are";
    go();
    EXPECT_THAT(left(), ElementsAre());
}

TEST_F(Shell, SaysWhenAScriptCanNotBeRemoved) {
    options.inline_commands = {"rm $0", "mkdir $0"};
    const std::string said = error();
    EXPECT_EQ(
        said, "Error removing temporary script at " + run.at("remote.sh") + ": exit status 1"
    );
}

TEST_F(Shell, KeepsTheScriptWhenAskedTo) {
    options.inline_commands = {"true"};
    options.skip_clean = true;
    go();
    EXPECT_THAT(left(), ElementsAre("remote.sh"));
}

TEST_F(Shell, NamesAScriptThatIsMissing) {
    options.script = run.at("nowhere.sh");
    EXPECT_NE(error().find("nowhere.sh"), std::string::npos) << error();
}

TEST_F(Shell, PausesAfterwards) {
    options.inline_commands = {"true"};
    options.pause_after = std::chrono::seconds(30);
    go();
    EXPECT_THAT(output(), ElementsAre("say null.base: Pausing 30s after this provisioner..."));
    EXPECT_EQ(run.clock.elapsed(), std::chrono::seconds(30));
}

/// A machine that is out of reach for a while, or loses its connection while a script runs.
class Unsteady : public Communicator {
public:
    int uploads_that_fail = 0;
    bool disconnects = false;
    std::vector<std::string> commands;

    sys::ExitStatus run(const std::string& command_line, const sys::OutputSink&, std::stop_token)
        override {
        commands.push_back(command_line.substr(0, 5));
        if (disconnects && command_line.starts_with("(chmod +x")) {
            throw Error(ErrorKind::network, "connection reset");
        }
        return {};
    }
    sys::ExitStatus run_with_input(
        const std::string& command_line,
        std::string_view,
        const sys::OutputSink& output,
        std::stop_token stop
    ) override {
        return run(command_line, output, stop);
    }
    void upload_content(std::string_view, const std::string&, unsigned) override {
        if (uploads_that_fail-- > 0) {
            throw Error(ErrorKind::network, "no route to host");
        }
    }
    void upload_file(const std::filesystem::path&, const std::string&, std::stop_token) override {}
    void upload_directory(const std::filesystem::path&, const std::string&, std::stop_token)
        override {}
    bool is_directory(const std::string&) override { return false; }
    void download_file(const std::string&, const std::filesystem::path&, std::stop_token) override {
    }
    void download_directory(const std::string&, const std::filesystem::path&, std::stop_token)
        override {}
};

TEST_F(Shell, WaitsForAMachineThatIsRestarting) {
    Unsteady unsteady;
    unsteady.uploads_that_fail = 3;
    machine = FakeMachine(&unsteady);
    options.inline_commands = {"true"};
    EXPECT_EQ(error(), "");
    EXPECT_EQ(run.clock.elapsed(), std::chrono::seconds(6));
    unsteady.uploads_that_fail = 1000;
    EXPECT_EQ(error(), "no route to host");
    EXPECT_EQ(run.clock.elapsed(), std::chrono::seconds(6) + std::chrono::minutes(5));
}

TEST_F(Shell, ToleratesADisconnectOnlyWhenItIsExpected) {
    Unsteady unsteady;
    unsteady.disconnects = true;
    machine = FakeMachine(&unsteady);
    options.inline_commands = {"reboot"};
    EXPECT_EQ(error(), "Script disconnected unexpectedly. connection reset");
    unsteady.commands.clear();
    options.expect_disconnect = true;
    EXPECT_EQ(error(), "");
    EXPECT_THAT(unsteady.commands, ElementsAre("(chmo", "rm -f"));
}

/// A machine with a cache whose steps are never there.
struct NoLayers : StepLayers {
    Verdict reuse(const std::string&, const std::vector<StepInput>&) override { return {}; }
    void begin(const std::string&, const std::vector<StepInput>&) override {}
    void commit() override {}
    void abandon() noexcept override {}
};

TEST_F(Shell, NamesTheScriptByItsStepWhereResultsAreKept) {
    NoLayers layers;
    options.remote_file.reset();
    options.inline_commands = {"true"};
    const auto path_in = [&](FakeMachine& where, const std::string& uuid) {
        run.options.run_uuid = uuid;
        host.uploads.clear();
        BuildContext context = run.context();
        make_shell_provisioner(options)->run(context, where);
        return host.uploads.at(0);
    };
    FakeMachine layered(&host, {}, &layers);
    EXPECT_EQ(path_in(layered, "run 1"), path_in(layered, "run 2"));
    EXPECT_NE(path_in(machine, "run 1"), path_in(machine, "run 2"));
    EXPECT_THAT(
        path_in(machine, "run 1").substr(run.folder.path().string().size()),
        testing::MatchesRegex("/script_[0-9]+\\.sh")
    );
    std::set<std::string> names;
    for (int i = 0; i < 300; ++i) {
        names.insert(path_in(machine, "run " + std::to_string(i)));
    }
    EXPECT_EQ(names.size(), 300U);
}

std::vector<std::string> changed(
    const std::vector<StepInput>& before, const std::vector<StepInput>& after
) {
    std::vector<std::string> names;
    for (const StepInput& input : after) {
        if (std::find(before.begin(), before.end(), input) == before.end()) {
            names.push_back(input.name);
        }
    }
    return names;
}

TEST_F(Shell, NamesExactlyWhatItsResultDependsOn) {
    const std::string script = run.write("setup.sh", "one\r\n");
    options.inline_commands = {"a", "b", "c"};
    options.scripts = {script};
    options.env = {{"A", "1"}};
    struct Case {
        const char* name;
        std::function<void()> change;
        std::vector<std::string> want;
    };
    const Case cases[] = {
        {"nothing", [] {}, {}},
        {"a line", [&] { options.inline_commands[1] = "x"; }, {"inline[1]"}},
        {"one more line", [&] { options.inline_commands.push_back("d"); }, {"inline[3]"}},
        {"a script", [&] { run.write("setup.sh", "two\n"); }, {script}},
        {"line endings that are not uploaded", [&] { run.write("setup.sh", "two\r\n"); }, {}},
        {"a variable", [&] { options.env["A"] = "2"; }, {"env.A"}},
        {"a new variable", [&] { options.environment_vars = {"Z=1"}; }, {"env.Z"}},
        {"the build", [&] { run.build.source_name = "other"; }, {"env.PACKER_BUILD_NAME"}},
        {"the command", [&] { options.execute_command = "sh {{.Path}}"; }, {"execute_command"}},
        {"a waiting time", [&] { options.pause_after = std::chrono::seconds(1); }, {}},
        {"the exit codes", [&] { options.valid_exit_codes = {1}; }, {"valid_exit_codes"}},
        {"the shebang", [&] { options.inline_shebang = "/bin/bash"; }, {"inline_shebang"}},
    };
    const auto inputs = [&] { return make_shell_provisioner(options)->inputs(run.context()); };
    std::vector<StepInput> before = inputs();
    for (const Case& c : cases) {
        SCOPED_TRACE(c.name);
        c.change();
        const std::vector<StepInput> after = inputs();
        EXPECT_THAT(changed(before, after), ElementsAreArray(c.want));
        before = after;
    }
    for (const StepInput& input : before) {
        EXPECT_EQ(input.value.find("two"), std::string::npos) << "values may be secrets";
    }
}

}  // namespace
}  // namespace kiln::exec
