#include "execute/provisioner/ansible/ansible_inputs.hpp"

#include "execute/testing/run_fixture.hpp"

#include <algorithm>
#include <gmock/gmock.h>

namespace kiln::exec {
namespace {

using testing::Contains;
using testing::Not;

class AnsibleInputs : public testing::Test {
protected:
    RunFixture run;
    plan::AnsibleOptions options;
    std::vector<std::string> arguments;
    std::map<std::string, std::string> environment;

    void SetUp() override {
        run.write("ansible/play.yml", "- hosts: all\n");
        options.playbook_file = run.at("ansible/play.yml");
    }
    std::vector<StepInput> inputs() {
        return ansible_inputs(run.context(), options, arguments, environment);
    }
    std::vector<std::string> files() {
        std::vector<std::string> names;
        for (const StepInput& input : inputs()) {
            if (input.name.starts_with('/')) {
                names.push_back(input.name.substr(run.at("").size()));
            }
        }
        return names;
    }
};

TEST_F(AnsibleInputs, AreAllThatStandsBesideThePlaybook) {
    run.write("ansible/roles/a/tasks/main.yml", "");
    run.write("ansible/scripts/any", "");
    run.write("ansible/.git/index", "");
    const std::vector<std::string> names = files();
    EXPECT_THAT(names, Contains("ansible/play.yml"));
    EXPECT_THAT(names, Contains("ansible/roles/a/tasks/main.yml"));
    EXPECT_THAT(names, Contains("ansible/scripts/any"));
    EXPECT_THAT(names, Not(Contains("ansible/.git/index")));
}

TEST_F(AnsibleInputs, AreNotWhatBuildsWriteBesideThePlaybook) {
    options.playbook_file = run.at("play.yml");
    run.write("play.yml", "- hosts: all\n  tasks: [{copy: {src: data/motd, dest: /etc/motd}}]\n");
    run.write("group_vars/all", "");
    run.write("output-node/node.raw", "");
    run.write("packer-manifest.json", "");
    run.write("data/motd", "");
    const std::vector<std::string> names = files();
    EXPECT_THAT(names, Contains("play.yml"));
    EXPECT_THAT(names, Contains("group_vars/all"));
    EXPECT_THAT(names, Contains("data/motd"));
    EXPECT_THAT(names, Not(Contains("output-node/node.raw")));
    EXPECT_THAT(names, Not(Contains("packer-manifest.json")));
}

TEST_F(AnsibleInputs, AreTheSameHoweverThePlaybookIsNamed) {
    run.write("play.yml", "- hosts: all\n");
    run.write("output-node/node.raw", "");
    for (const char* written : {"play.yml", "./play.yml", "ansible/../play.yml"}) {
        SCOPED_TRACE(written);
        const std::string name = run.at(written);
        options.playbook_file = name;
        const std::vector<StepInput> found = inputs();
        EXPECT_TRUE(std::any_of(found.begin(), found.end(), [&](const StepInput& input) {
            return input.name == name;
        }));
        EXPECT_FALSE(std::any_of(found.begin(), found.end(), [](const StepInput& input) {
            return input.name.find("node.raw") != std::string::npos;
        }));
    }
}

TEST_F(AnsibleInputs, FollowRelativeNamesOutOfTheFolder) {
    run.write("ansible/play.yml", "- import_playbook: ../common/base.yml\n");
    run.write("common/base.yml", "- copy: {src: \"../data/{{ x }}\"}\n- copy: {src: ../data/b}\n");
    run.write("data/b", "");
    run.write("data/c", "");
    const std::vector<std::string> names = files();
    EXPECT_THAT(names, Contains("ansible/../common/base.yml"));
    EXPECT_THAT(names, Contains("ansible/../common/../data/b"));
    EXPECT_THAT(names, Not(Contains("data/c")));
}

TEST_F(AnsibleInputs, AreWhatOptionsArgumentsAndSettingsName) {
    run.write("vars.yml", "");
    run.write("secret", "");
    run.write("hosts", "");
    run.write("elsewhere/roles/a/tasks/main.yml", "");
    run.write("plugins/x.py", "");
    run.write("cfg/ansible.cfg", "[defaults]\nroles_path = ../elsewhere/roles\nlog_path = log\n");
    run.write("cfg/log", "");
    options.inventory_file = run.at("hosts");
    arguments = {"-e", "@" + run.at("vars.yml"), "--vault-password-file=" + run.at("secret")};
    environment = {
        {"ANSIBLE_CONFIG", run.at("cfg/ansible.cfg")},
        {"ANSIBLE_FILTER_PLUGINS", run.at("plugins")}};
    const std::vector<std::string> names = files();
    for (const char* name : {"vars.yml", "secret", "hosts", "plugins/x.py", "cfg/ansible.cfg"}) {
        EXPECT_THAT(names, Contains(name));
    }
    EXPECT_THAT(names, Contains("cfg/../elsewhere/roles/a/tasks/main.yml"));
    EXPECT_THAT(names, Not(Contains("cfg/log")));
}

TEST_F(AnsibleInputs, AreFoldersThatArgumentsNameButNotThoseOfASystem) {
    run.write("given/kubelet", "");
    run.write("more/x", "");
    arguments = {
        "-e",
        "source=" + run.at("given") + " prefix=/usr/bin etc=/etc root=/",
        "--extra-vars",
        "{\"files\": \"" + run.at("more") + "\"}"};
    const std::vector<std::string> names = files();
    EXPECT_THAT(names, Contains("given/kubelet"));
    EXPECT_THAT(names, Contains("more/x"));
    for (const StepInput& input : inputs()) {
        EXPECT_FALSE(input.name.starts_with("/usr") || input.name.starts_with("/etc"))
            << input.name;
    }
}

TEST_F(AnsibleInputs, DoNotChangeByWhatGalaxyInstalls) {
    options.galaxy.galaxy_file = run.write("ansible/requirements.yml", "roles:\n- src: x\n");
    options.roles_path = run.at("ansible/roles");
    run.write("ansible/roles/own/tasks/main.yml", "");
    const std::vector<StepInput> before = inputs();
    run.write("ansible/roles/fetched/tasks/main.yml", "");
    run.write("ansible/roles/fetched/meta/.galaxy_install_info", "");
    EXPECT_EQ(inputs(), before);
    run.write("ansible/roles/own/tasks/main.yml", "- debug:\n");
    EXPECT_NE(inputs(), before);
}

TEST_F(AnsibleInputs, HoldNoSecrets) {
    arguments = {"-e", "token=swordfish"};
    options.ansible_env_vars = {"TOKEN=swordfish"};
    for (const StepInput& input : inputs()) {
        EXPECT_EQ(input.value.find("swordfish"), std::string::npos);
    }
}

}  // namespace
}  // namespace kiln::exec
