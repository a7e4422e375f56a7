#include "plan/make_plan.hpp"

#include "base/error.hpp"
#include "plan/cannot_run.hpp"
#include "plan/options/file_provisioner.hpp"
#include "plan/options/null_builder.hpp"
#include "plan/options/shell.hpp"
#include "plan/options/shell_local.hpp"
#include "plan/print_plan.hpp"
#include "template/load.hpp"
#include "template/testing/memory_world.hpp"

#include <gmock/gmock.h>

namespace kiln::plan {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Planned {
    tmpl::MemoryWorld memory;
    SourceMap sources;
    Diagnostics diagnostics;
    BuildPlan plan;

    std::string mistakes() const { return render(diagnostics); }
    std::vector<std::string> names() const {
        std::vector<std::string> names;
        for (const Build& build : plan.builds) {
            names.push_back(build.name);
        }
        return names;
    }
};

std::unique_ptr<Planned> make(const std::string& text, const tmpl::Selection& selection = {}) {
    auto planned = std::make_unique<Planned>();
    planned->memory.files = {{"t.pkr.hcl", text}, {"files/a", "a"}, {"install.sh", "#!/bin/sh"}};
    const auto source = tmpl::load_template(
        {"t.pkr.hcl", {}, {}}, planned->memory.environment(), planned->sources, planned->diagnostics
    );
    const Facts facts{[&](const std::string& path) { return planned->memory.kind(path); }};
    const RunFacts run{
        std::chrono::system_clock::time_point(std::chrono::seconds(1784887872)),
        [] { return std::string("uuid"); },
        "/srv"};
    planned->plan = make_plan(source, selection, facts, run, planned->diagnostics);
    return planned;
}

constexpr const char* kTwoSources =
    "source \"null\" \"a\" { communicator = \"none\" }\n"
    "source \"null\" \"b\" { communicator = \"none\" }\n";

TEST(MakePlan, PlansEachSourceOfEachBuild) {
    const auto planned = make(
        std::string(kTwoSources) +
        "build {\n"
        "  name    = \"k8s\"\n"
        "  sources = [\"null.a\", \"null.b\"]\n"
        "  provisioner \"shell\" {\n"
        "    only   = [\"null.b\"]\n"
        "    inline = [\"echo ${source.type} ${source.name} ${build.name} {{timestamp}}\"]\n"
        "  }\n"
        "}\n"
        "build {\n"
        "  source \"null.a\" { name = \"alias\" }\n"
        "  provisioner \"shell\" { inline = [\"${source.name} {{build_name}}\"] }\n"
        "}\n"
    );
    ASSERT_EQ(planned->mistakes(), "");
    EXPECT_THAT(planned->names(), ElementsAre("k8s.null.a", "k8s.null.b", "null.alias"));
    EXPECT_THAT(planned->plan.builds[0].provisioners, IsEmpty());
    ASSERT_EQ(planned->plan.builds[1].provisioners.size(), 1U);
    const auto& shell =
        planned->plan.builds[1].provisioners[0].component.options.as<ShellOptions>();
    EXPECT_THAT(shell.inline_commands, ElementsAre("echo null b k8s 1784887872"));

    const Build& aliased = planned->plan.builds[2];
    EXPECT_EQ(aliased.source_name, "a");
    EXPECT_EQ(aliased.source_alias, "alias");
    EXPECT_THAT(
        aliased.provisioners[0].component.options.as<ShellOptions>().inline_commands,
        ElementsAre("alias a")
    );
}

TEST(MakePlan, SelectionLeavesBuildsAndRestsOfChainsOut) {
    const std::string text = std::string(kTwoSources) +
                             "build {\n"
                             "  sources = [\"null.a\", \"null.b\"]\n"
                             "  post-processors {\n"
                             "    post-processor \"checksum\" {}\n"
                             "    post-processor \"manifest\" { name = \"m\" }\n"
                             "    post-processor \"checksum\" {}\n"
                             "  }\n"
                             "}\n";
    const auto planned = make(text, {{"*.a", "x.*"}, {"m"}});
    EXPECT_EQ(
        planned->mistakes(),
        "warning: -only \"x.*\" matches nothing\n  hint: builds are named null.a, null.b"
    );
    EXPECT_THAT(planned->names(), ElementsAre("null.a"));
    ASSERT_EQ(planned->plan.builds[0].post_processors.size(), 1U);
    EXPECT_EQ(planned->plan.builds[0].post_processors[0].size(), 1U);
}

TEST(MakePlan, OverridesApplyByAliasOrSourceName) {
    const auto planned = make(
        std::string(kTwoSources) +
        "build {\n"
        "  sources = [\"null.a\"]\n"
        "  source \"null.b\" { name = \"c\" }\n"
        "  provisioner \"shell\" {\n"
        "    inline   = [\"x\"]\n"
        "    override = { a = { inline = [\"for a\"] }, c = { skip_clean = true } }\n"
        "  }\n"
        "}\n"
    );
    ASSERT_EQ(planned->mistakes(), "");
    ShellOptions want;
    want.inline_commands = {"for a"};
    EXPECT_EQ(planned->plan.builds[0].provisioners[0].component.options.as<ShellOptions>(), want);
    want.inline_commands = {"x"};
    want.skip_clean = true;
    EXPECT_EQ(planned->plan.builds[1].provisioners[0].component.options.as<ShellOptions>(), want);
}

TEST(MakePlan, BuildValuesArePlaceholdersUntilTheyAreKnown) {
    const auto planned = make(
        std::string(kTwoSources) +
        "build {\n"
        "  sources = [\"null.a\"]\n"
        "  provisioner \"shell\" {\n"
        "    environment_vars = [\"IP=${build.Host}\"]\n"
        "    script           = \"install.sh\"\n"
        "  }\n"
        "  provisioner \"file\" {\n"
        "    source      = \"${build.ID}.txt\"\n"
        "    destination = \"/tmp/\"\n"
        "  }\n"
        "  provisioner \"shell\" { inline = [\"${build.name}\"] }\n"
        "}\n"
    );
    ASSERT_EQ(planned->mistakes(), "");
    const auto& steps = planned->plan.builds[0].provisioners;
    ASSERT_EQ(steps.size(), 3U);
    EXPECT_TRUE(steps[0].component.uses_build_values);
    EXPECT_FALSE(steps[2].component.uses_build_values);
    EXPECT_THAT(
        steps[0].component.options.as<ShellOptions>().environment_vars, ElementsAre("IP=<unknown>")
    );
    const auto finished = decode<ShellOptions>(steps[0].component, {{"Host", "10.0.0.1"}});
    EXPECT_THAT(finished.environment_vars, ElementsAre("IP=10.0.0.1"));
    EXPECT_EQ(finished.script, "install.sh");
    EXPECT_EQ(
        decode<FileProvisionerOptions>(steps[1].component, {{"ID", "i-1"}}).source, "i-1.txt"
    );
}

TEST(MakePlan, FinishTellsWhenARealValueDoesNotFit) {
    const auto planned = make(
        std::string(kTwoSources) +
        "build {\n"
        "  sources = [\"null.a\"]\n"
        "  provisioner \"shell\" {\n"
        "    inline      = [\"true\"]\n"
        "    pause_after = build.Host == \"<unknown>\" ? \"1s\" : build.Host\n"
        "  }\n"
        "}\n"
    );
    ASSERT_EQ(planned->mistakes(), "");
    try {
        finish(planned->plan.builds[0].provisioners[0].component, {{"Host", "h"}});
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(
            render(error),
            "t.pkr.hcl:7:19: error: option \"pause_after\" must be a duration: \"h\" is no "
            "duration\n"
            "    7 |     pause_after = build.Host == \"<unknown>\" ? \"1s\" : build.Host\n"
            "      |                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
            "  while evaluating provisioner \"shell\" for this build\n"
            "  hint: write a number with a unit, such as \"30s\" or \"1h5m\""
        );
    }
}

TEST(MakePlan, TellsAMistakeOfAStepOnceForAllBuilds) {
    const auto planned = make(
        std::string(kTwoSources) +
        "build {\n"
        "  sources = [\"null.a\", \"null.b\"]\n"
        "  provisioner \"shell\" { inlin = [\"x\"] }\n"
        "  provisioner \"file\" {\n"
        "    source      = \"files/b\"\n"
        "    destination = \"/tmp\"\n"
        "  }\n"
        "  provisioner \"shell\" { inline = [\"${build.Hst}\"] }\n"
        "  post-processor \"manifset\" {}\n"
        "}\n"
    );
    EXPECT_EQ(
        planned->mistakes(),
        "t.pkr.hcl:11:3: error: unknown post-processor \"manifset\"\n"
        "   11 |   post-processor \"manifset\" {}\n"
        "      |   ^^^^^^^^^^^^^^^^^^^^^^^^^\n"
        "  hint: did you mean \"manifest\"?\n"
        "\n"
        "t.pkr.hcl:5:25: error: provisioner \"shell\" has no option \"inlin\"\n"
        "    5 |   provisioner \"shell\" { inlin = [\"x\"] }\n"
        "      |                         ^^^^^\n"
        "  hint: did you mean \"inline\"?\n"
        "\n"
        "t.pkr.hcl:7:19: error: Bad source path \"files/b\": there is no such file or folder\n"
        "    7 |     source      = \"files/b\"\n"
        "      |                   ^^^^^^^^^\n"
        "\n"
        "t.pkr.hcl:10:43: error: this object has no attribute \"Hst\"\n"
        "   10 |   provisioner \"shell\" { inline = [\"${build.Hst}\"] }\n"
        "      |                                           ^^^^\n"
        "  hint: did you mean \"Host\"?"
    );
    EXPECT_THAT(planned->names(), IsEmpty());
}

TEST(MakePlan, SaysByNameWhatItCanNotRun) {
    const std::string text = std::string(kTwoSources) +
                             "source \"azure-arm\" \"x\" { location = \"n\" }\n"
                             "source \"qemu\" \"unused\" {}\n"
                             "build { sources = [\"azure-arm.x\", \"null.a\"] }\n";
    const auto planned = make(text);
    EXPECT_EQ(planned->mistakes(), "");
    EXPECT_THAT(planned->names(), ElementsAre("azure-arm.x", "null.a"));
    EXPECT_EQ(
        list_what_cannot_run(planned->plan),
        "azure-arm.x: builder \"azure-arm\" can not run: kiln knows it by name only\n"
    );
    Diagnostics refusal;
    refuse_what_cannot_run(planned->plan, refusal);
    EXPECT_EQ(
        render(refusal),
        "t.pkr.hcl:3:1: error: builder \"azure-arm\" can not run: kiln knows it by name only\n"
        "    3 | source \"azure-arm\" \"x\" { location = \"n\" }\n"
        "      | ^^^^^^^^^^^^^^^^^^^^^^\n"
        "  hint: leave builds that need it out with -only or -except"
    );
    EXPECT_EQ(list_what_cannot_run(make(text, {{"null.*"}, {}})->plan), "");
}

TEST(MakePlan, BuildersDoNotSeeBuildValues) {
    EXPECT_EQ(
        make("source \"null\" \"a\" { communicator = build.ID }\nbuild { sources = [\"null.a\"] }\n"
        )
            ->mistakes(),
        "t.pkr.hcl:1:36: error: there is nothing named \"build\" here\n"
        "    1 | source \"null\" \"a\" { communicator = build.ID }\n"
        "      |                                    ^^^^^\n"
        "  hint: a text is written in quotes; the names here are local, packer, path, source, var"
    );
}

TEST(MakePlan, SecretsAreSensitiveValuesAndSecretOptions) {
    const auto planned = make(
        "variable \"v\" {\n  default   = \"hid\\\"den\"\n  sensitive = true\n}\n"
        "source \"null\" \"a\" {\n  communicator = \"none\"\n  ssh_password = \"pass word\"\n}\n"
        "build {\n"
        "  sources = [\"null.a\"]\n"
        "  provisioner \"shell\" { inline = [\"echo ${var.v}\"] }\n"
        "}\n"
    );
    ASSERT_EQ(planned->mistakes(), "");
    EXPECT_THAT(planned->plan.secrets, ElementsAre("pass word", "hid\"den"));
    EXPECT_EQ(
        print_plan(planned->plan),
        "build null.a\n"
        "  builder null\n"
        "    communicator = \"none\"\n"
        "    ssh_password = <sensitive>\n"
        "  step 1: shell\n"
        "    inline = [\"echo <sensitive>\"]\n"
    );
}

TEST(MakePlan, AShortSecretManglesNothingElse) {
    const auto planned = make(
        "variable \"pin\" {\n  default   = \"1\"\n  sensitive = true\n}\n"
        "source \"null\" \"a\" {\n  communicator = \"none\"\n  ssh_port = 1\n}\n"
        "build {\n"
        "  sources = [\"null.a\"]\n"
        "  provisioner \"shell\" {\n"
        "    pause_before = \"1s\"\n"
        "    inline = [\"enter ${var.pin} on 2021-11-01\"]\n"
        "  }\n"
        "}\n"
    );
    ASSERT_EQ(planned->mistakes(), "");
    EXPECT_EQ(
        print_plan(planned->plan),
        "build null.a\n"
        "  builder null\n"
        "    communicator = \"none\"\n"
        "    ssh_port = 1\n"
        "  step 1: shell\n"
        "    pause_before = \"1s\"\n"
        "    inline = [\"enter <sensitive> on 2021-11-01\"]\n"
    );
    EXPECT_THAT(print_plan_json(planned->plan), HasSubstr("\"enter <sensitive> on 2021-11-01\""));
}

TEST(MakePlan, ATemplateWithoutBuildsGivesAnEmptyPlan) {
    const auto planned = make("packer {}\n");
    EXPECT_EQ(planned->mistakes(), "");
    EXPECT_EQ(print_plan(planned->plan), "No builds.\n");
}

}  // namespace
}  // namespace kiln::plan
