#include "lint/shell/invocation.hpp"

#include "lint/shell/script.hpp"

#include <gtest/gtest.h>
#include <optional>
#include <string>

namespace kiln::lint::shell {
namespace {

std::string program_of(const std::string& text) {
    const Script script = read_script(text);
    const std::optional<Invocation>& run = script.commands.at(0).run;
    return run ? run->program : "none";
}

TEST(ShellInvocation, LooksBehindWrappers) {
    EXPECT_EQ(program_of("sudo -E -u root env A=b nice -n 5 /usr/bin/curl x"), "curl");
    EXPECT_EQ(program_of("timeout -k 5 10m dnf install -y x"), "dnf");
    EXPECT_EQ(program_of("A=b"), "none");
    EXPECT_EQ(program_of("sudo -i"), "none");
    EXPECT_EQ(program_of("chroot /mnt apt-get update"), "apt-get");
}

TEST(ShellInvocation, ReadsFlags) {
    const Script script = read_script("curl -fsSL --retry=3 -o out https://x -H a");
    const Invocation run = script.commands.at(0).run.value();
    EXPECT_TRUE(run.has_flag("-L"));
    EXPECT_FALSE(run.has_flag("-k"));
    EXPECT_TRUE(run.has_flag("--retry"));
    EXPECT_EQ(run.value_of("-o")->text, "out");
    EXPECT_EQ(run.value_of("--retry")->text, "3");
}

}  // namespace
}  // namespace kiln::lint::shell
