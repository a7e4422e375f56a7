#include "execute/provisioner/goss.hpp"

#include "execute/testing/fake_machine.hpp"
#include "execute/testing/host_communicator.hpp"
#include "execute/testing/run_fixture.hpp"

#include <gmock/gmock.h>

namespace kiln::exec {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::SizeIs;
using testing::StartsWith;

struct GossSteps : testing::Test {
    RunFixture run;
    HostCommunicator host{run.files, run.processes};
    FakeMachine machine{&host};
    plan::GossOptions options;

    GossSteps() {
        options.tests = {run.at("goss.yaml")};
        options.format = "tap";
    }

    void write_tests(const std::string& text) { run.write("goss.yaml", text); }
    std::string error() {
        try {
            BuildContext context = run.context();
            make_goss_provisioner(options)->run(context, machine);
        } catch (const Error& caught) {
            return caught.message();
        }
        return "";
    }
};

TEST_F(GossSteps, AsksForEverythingInOneCommandAndLeavesNothing) {
    std::string text = "file:\n";
    for (int i = 0; i < 100; ++i) {
        text += "  /no/such/file/" + std::to_string(i) + ": {exists: false}\n";
    }
    text += "command:\n";
    for (int i = 0; i < 100; ++i) {
        text += "  echo " + std::to_string(i) + ": {exit-status: 0, stdout: ['" +
                std::to_string(i) + "']}\n";
    }
    write_tests(text);
    EXPECT_EQ(error(), "");
    EXPECT_THAT(host.commands, SizeIs(1));
    EXPECT_TRUE(host.uploads.empty());
    EXPECT_THAT(run.events.take(), Contains("out null.base: 1..300"));
}

TEST_F(GossSteps, TheEnvironmentForTemplatesIsOneQuestionMore) {
    options.vars_env = {{"WHO", "it's root"}};
    write_tests(
        "command:\n  a: {exec: 'echo \"$WHO\"', exit-status: 0, stdout: [\"{{ .Env.WHO }}\"]}\n"
    );
    EXPECT_EQ(error(), "");
    EXPECT_THAT(host.commands, SizeIs(2));
}

TEST_F(GossSteps, TriesAgainUntilTheTimeIsOver) {
    write_tests("file:\n  /no/such: {exists: true}\n");
    options.retry_timeout = "3s";
    options.sleep = "1s";
    EXPECT_EQ(error(), "goss non-zero exit status");
    EXPECT_THAT(host.commands, SizeIs(4));
    EXPECT_THAT(
        run.events.take(),
        Contains("error null.base: timeout of 3s reached before tests entered a passing state")
    );
}

TEST_F(GossSteps, InspectLooksAndGoesOn) {
    write_tests("file:\n  /no/such: {exists: true}\n");
    options.inspect = true;
    EXPECT_EQ(error(), "");
    EXPECT_FALSE(make_goss_provisioner(options)->shapes_machine());
}

TEST_F(GossSteps, SaysWhatTheMachineSaidInsteadOfAnswering) {
    struct Refusing final : Communicator {
        sys::ExitStatus run(
            const std::string& command, const sys::OutputSink& sink, std::stop_token
        ) override {
            EXPECT_THAT(command, StartsWith("sudo sh -c '"));
            sink(sys::OutputStream::err, "sudo: a password is required\n");
            sys::ExitStatus status;
            status.code = 1;
            return status;
        }
        sys::ExitStatus run_with_input(
            const std::string& command,
            std::string_view,
            const sys::OutputSink& sink,
            std::stop_token stop
        ) override {
            return run(command, sink, stop);
        }
        void upload_content(std::string_view, const std::string&, unsigned) override {}
        void upload_file(const std::filesystem::path&, const std::string&, std::stop_token)
            override {}
        void upload_directory(const std::filesystem::path&, const std::string&, std::stop_token)
            override {}
        bool is_directory(const std::string&) override { return false; }
        void download_file(const std::string&, const std::filesystem::path&, std::stop_token)
            override {}
        void download_directory(const std::string&, const std::filesystem::path&, std::stop_token)
            override {}
    } refusing;
    write_tests("file:\n  /no/such: {exists: false}\n");
    options.use_sudo = true;
    FakeMachine locked(&refusing);
    BuildContext context = run.context();
    try {
        make_goss_provisioner(options)->run(context, locked);
        FAIL() << "no error";
    } catch (const Error& caught) {
        EXPECT_THAT(caught.message(), HasSubstr("sudo: a password is required"));
    }
}

TEST_F(GossSteps, TheResultDependsOnTheFilesAndTheOptions) {
    write_tests("file:\n  /a: {exists: false}\n");
    const BuildContext context = run.context();
    const auto before = make_goss_provisioner(options)->inputs(context);
    options.vars_inline = {{"a", "b"}};
    EXPECT_NE(make_goss_provisioner(options)->inputs(context), before);
    options.vars_inline.clear();
    EXPECT_EQ(make_goss_provisioner(options)->inputs(context), before);
    write_tests("file:\n  /b: {exists: false}\n");
    EXPECT_NE(make_goss_provisioner(options)->inputs(context), before);
}

}  // namespace
}  // namespace kiln::exec
