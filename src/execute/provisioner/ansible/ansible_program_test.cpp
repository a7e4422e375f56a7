#include "execute/provisioner/ansible/ansible_program.hpp"

#include <gtest/gtest.h>

namespace kiln::exec {
namespace {

TEST(AnsibleVersion, IsReadFromWhatTheProgramSays) {
    struct Case {
        const char* output;
        const char* want;
    };
    const Case cases[] = {
        {"ansible-playbook [core 2.14.18]\n  config file = None\n", "2.14.18"},
        {"ansible-playbook 2.9.27\n  config file = /etc/ansible/ansible.cfg\n", "2.9.27"},
        {"ansible [core 2.19.0b2]\n", "2.19.0"},
        {"Python 3.11.2\n", ""},
        {"", ""},
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(c.output);
        EXPECT_EQ(ansible_version(c.output), c.want);
    }
}

}  // namespace
}  // namespace kiln::exec
