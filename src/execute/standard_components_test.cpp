#include "execute/components.hpp"
#include "execute/engine.hpp"
#include "execute/testing/run_fixture.hpp"
#include "execute/testing/ssh_server.hpp"
#include "plan/component_registry.hpp"
#include "plan/options/file_builder.hpp"
#include "plan/options/null_builder.hpp"
#include "plan/options/shell.hpp"
#include "plan/options/shell_local.hpp"

#include <algorithm>
#include <gmock/gmock.h>

namespace kiln::exec {
namespace {

using testing::ElementsAre;

std::vector<std::string> names(const auto& factories) {
    std::vector<std::string> out;
    for (const auto& [name, factory] : factories) {
        out.push_back(name);
    }
    return out;
}

// What planning promises to run must be there, and nothing else.
std::vector<std::string> promised(plan::ComponentRole role) {
    std::vector<std::string> out;
    for (const plan::ComponentType& type : plan::component_types(role)) {
        if (type.support == plan::Support::runs) {
            out.push_back(type.name);
        }
    }
    std::sort(out.begin(), out.end());
    return out;
}

TEST(StandardComponents, AreThoseThatPlanningKnows) {
    const Components components = standard_components();
    EXPECT_EQ(names(components.builders), promised(plan::ComponentRole::builder));
    EXPECT_EQ(names(components.provisioners), promised(plan::ComponentRole::provisioner));
    EXPECT_EQ(names(components.post_processors), promised(plan::ComponentRole::post_processor));
}

template <class Options>
plan::Component component(const std::string& type, Options options) {
    plan::Component out;
    out.type = type;
    out.options = plan::DecodedOptions(
        Options::options(), std::make_shared<const Options>(std::move(options)), {}
    );
    return out;
}

struct NullBuild : testing::Test {
    RunFixture run;
    plan::BuildPlan plan;

    NullBuild() {
        plan::NullBuilderOptions options;
        options.communicator.communicator = "none";
        run.build.builder = component("null", options);
    }
    RunResult go() {
        plan.builds = {run.build};
        return execute(
            plan, standard_components(), run.options, run.effects, run.events, run.stop.get_token()
        );
    }
};

TEST_F(NullBuild, RunsLocalScripts) {
    plan::ShellLocalOptions script;
    script.inline_commands = {"echo hello"};
    run.build.provisioners.push_back({"", component("shell-local", script)});
    const RunResult result = go();
    EXPECT_TRUE(result.ok());
    EXPECT_EQ(result.builds.at(0).artifacts.at(0).builder_id, "fnoeding.null");
    const std::vector<std::string> events = run.events.take();
    ASSERT_EQ(events.size(), 6U);
    EXPECT_EQ(events[3], "out null.base: hello");
    EXPECT_EQ(events[4], "finished null.base: Null");
}

TEST_F(NullBuild, HasNoMachineForAShellProvisioner) {
    plan::ShellOptions script;
    script.inline_commands = {"echo hello"};
    script.remote_path = "/tmp/x.sh";
    run.build.provisioners.push_back({"", component("shell", script)});
    EXPECT_EQ(
        go().builds.at(0).error->message(),
        "uploading /tmp/x.sh: the build has communicator \"none\""
    );
}

/// With a real sshd behind it.
struct NullBuildOverSsh : NullBuild {
    SshServer server;
    plan::NullBuilderOptions options;

    NullBuildOverSsh() {
        options.communicator.ssh.ssh_host = "127.0.0.1";
        options.communicator.ssh.ssh_port = server.port();
        options.communicator.ssh.ssh_username = server.username();
        options.communicator.ssh.ssh_private_key_file = server.client_key();
    }
    std::string error_of_build() {
        run.build.builder = component("null", options);
        const RunResult result = go();
        const auto& error = result.builds.at(0).error;
        return error ? error->message() : "";
    }
};

TEST_F(NullBuildOverSsh, ShapesAMachineThatIsThereAlready) {
    plan::ShellOptions script;
    script.inline_commands = {"echo $FROM > " + run.at("made")};
    script.environment_vars = {"FROM=kiln"};
    run.build.provisioners.push_back({"", component("shell", script)});
    EXPECT_EQ(error_of_build(), "");
    EXPECT_EQ(run.files.read_file(run.at("made")), "kiln\n");
}

TEST_F(NullBuildOverSsh, GivesUpOnAMachineThatRefusesTheLogin) {
    options.communicator.ssh.ssh_private_key_file = server.client_key().parent_path() / "host";
    options.communicator.ssh.ssh_handshake_attempts = 2;
    EXPECT_THAT(error_of_build(), testing::HasSubstr("does not let"));
}

TEST_F(NullBuildOverSsh, GivesUpOnAMachineThatDoesNotAnswerInTime) {
    server.stop();
    options.communicator.ssh.ssh_timeout = std::chrono::seconds(3);
    EXPECT_THAT(
        error_of_build(), testing::HasSubstr("Timeout waiting for SSH. The last attempt: ")
    );
}

struct FileBuild : NullBuild {
    plan::FileBuilderOptions options;

    FileBuild() { options.target = run.at("target"); }
    RunResult build() {
        run.build.builder = component("file", options);
        return go();
    }
};

TEST_F(FileBuild, StoresATextOrACopy) {
    options.content = "hello";
    const RunResult result = build();
    ASSERT_TRUE(result.ok());
    EXPECT_EQ(result.builds.at(0).artifacts.at(0).text, "Stored file: " + run.at("target"));
    EXPECT_EQ(run.read("target"), "hello");
    EXPECT_EQ(run.files.status(run.at("target"))->mode, 0600U);

    options.content.reset();
    options.source = run.write("source", "copied");
    ASSERT_TRUE(build().ok());
    EXPECT_EQ(run.read("target"), "copied");
    EXPECT_FALSE(std::filesystem::exists(run.at("target.partial")));
}

TEST_F(FileBuild, NamesASourceThatIsMissing) {
    options.source = run.at("nowhere");
    EXPECT_EQ(
        build().builds.at(0).error->message(), "source \"" + run.at("nowhere") + "\" does not exist"
    );
}

}  // namespace
}  // namespace kiln::exec
