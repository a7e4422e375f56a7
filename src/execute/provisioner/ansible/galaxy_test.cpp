#include "execute/provisioner/ansible/galaxy.hpp"

#include <gtest/gtest.h>

namespace kiln::exec {
namespace {

using Commands = std::vector<std::vector<std::string>>;

TEST(GalaxyCommands, InstallWhatTheFileLists) {
    const plan::GalaxyOptions plain;
    const Commands roles = {{"role", "install", "-r", "r.yml"}};
    const Commands collections = {{"collection", "install", "-r", "r.yml"}};
    const Commands both = {roles[0], collections[0]};
    struct Case {
        const char* name;
        const char* text;
        const Commands& want;
    };
    const Case cases[] = {
        {"the older form, a list", "- src: geerlingguy.ntp\n", roles},
        {"roles", "---\nroles:\n  - name: a\n", roles},
        {"collections", "collections:\n- name: a.b\n", collections},
        {"both", "roles: []\ncollections:\n- name: a.b\n", both},
        {"a word that begins so", "- name: x\n  collections: no\n", roles},
        {"nothing", "", roles},
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(c.name);
        EXPECT_EQ(galaxy_commands(plain, false, c.text, "r.yml", {}), c.want);
    }
}

TEST(GalaxyCommands, TakePlacesAndForce) {
    plan::GalaxyOptions options;
    options.galaxy_force_install = true;
    const Commands want = {
        {"role", "install", "-r", "r.yml", "-p", "roles", "-f", "--force-with-deps"},
        {"collection", "install", "-r", "r.yml", "-p", "colls", "-f", "--force-with-deps"}};
    EXPECT_EQ(
        galaxy_commands(options, true, "roles:\ncollections:\n", "r.yml", {"roles", "colls"}), want
    );
}

}  // namespace
}  // namespace kiln::exec
