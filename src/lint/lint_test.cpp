#include "lint/lint.hpp"

#include "base/error.hpp"
#include "lint/testing/lint_fixture.hpp"

#include <gmock/gmock.h>

namespace kiln::lint {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::map<std::string, std::string> cloning(const std::string& before, const std::string& after) {
    return {
        {"./t.pkr.hcl",
         "source \"null\" \"a\" { communicator = \"none\" }\n"
         "source \"null\" \"b\" { communicator = \"none\" }\n"
         "build {\n  sources = [\"null.a\", \"null.b\"]\n"
         "  provisioner \"shell\" { script = \"./s.sh\" }\n}\n"},
        {"./s.sh", before + "git clone git://h/x" + after + "\n"}};
}

std::vector<std::string> ids(const Result& result) {
    std::vector<std::string> names;
    for (const Finding& finding : result.findings) {
        names.emplace_back(finding.rule->id);
    }
    return names;
}

TEST(Lint, TellsOfEachPlaceOnceAndInOrder) {
    const LintFixture fixture(cloning("yum install x\n", ""), {});
    EXPECT_THAT(
        ids(fixture.result),
        ElementsAre("install-asks", "no-errexit", "git-unpinned", "git-protocol")
    );
}

TEST(Lint, ObeysComments) {
    const Choice choice{{"git-protocol"}, {}, false, {}};
    EXPECT_THAT(
        ids(LintFixture(cloning("", " # kiln:ignore git-protocol"), choice).result), IsEmpty()
    );
    EXPECT_THAT(
        ids(LintFixture(cloning("# kiln:ignore git-unpinned, git-protocol\n# why\n", ""), choice)
                .result),
        IsEmpty()
    );
    EXPECT_THAT(
        ids(LintFixture(cloning("# kiln:ignore git-unpinned\n", ""), choice).result),
        ElementsAre("git-protocol")
    );
    EXPECT_THAT(
        ids(LintFixture(cloning("a # kiln:ignore git-protocol\n", ""), choice).result),
        ElementsAre("git-protocol")
    );
}

TEST(Lint, ObeysTheChoiceOfRules) {
    Choice choice;
    choice.disabled = {"no-errexit", "git-unpinned"};
    EXPECT_THAT(ids(LintFixture(cloning("", ""), choice).result), ElementsAre("git-protocol"));
    choice.ignored = {parse_ignored_place("git-protocol:./s.sh:1")};
    EXPECT_THAT(ids(LintFixture(cloning("", ""), choice).result), IsEmpty());
    choice.ignored = {parse_ignored_place("git-protocol:./s.sh:2")};
    EXPECT_THAT(ids(LintFixture(cloning("", ""), choice).result), ElementsAre("git-protocol"));
    choice.ignored = {parse_ignored_place("git-protocol:./s.sh")};
    EXPECT_THAT(ids(LintFixture(cloning("", ""), choice).result), IsEmpty());
}

TEST(Lint, RefusesRulesThatDoNotExist) {
    Choice choice;
    choice.disabled = {"git-protocl"};
    try {
        check_rule_names(choice);
        ADD_FAILURE() << "no error";
    } catch (const Error& error) {
        EXPECT_EQ(error.message(), "there is no rule \"git-protocl\"");
        EXPECT_EQ(error.hint(), "did you mean \"git-protocol\"?");
    }
    EXPECT_THROW(parse_ignored_place("git-protocol"), Error);
    EXPECT_THROW(parse_ignored_place("git-protocol:f:x"), Error);
}

TEST(Lint, KeepsRulesInOrder) {
    for (std::size_t i = 1; i < rules().size(); ++i) {
        EXPECT_LT(rules()[i - 1].id, rules()[i].id);
    }
}

TEST(Lint, ReadsBuildScriptsBesideTheTemplate) {
    EXPECT_THAT(
        places_of(
            "lost-exit-status",
            {{"./t.pkr.hcl", "variable \"x\" { default = 1 }\n"},
             {"./build.sh", "#!/bin/bash\npacker build . | tee log\n"},
             {"./sub/other.sh", "packer build . | tee log\n"}}
        ),
        ElementsAre("./build.sh:2 packer")
    );
}

TEST(Lint, NamesSecretsThatMustNotBeShown) {
    Choice choice;
    choice.only = {"secret-in-text"};
    const LintFixture fixture(cloning("export AWS=AKIAQ3EGRIRN5WXZ7TLA\n", ""), choice);
    EXPECT_THAT(fixture.result.secrets, ElementsAre("AKIAQ3EGRIRN5WXZ7TLA"));
}

}  // namespace
}  // namespace kiln::lint
