#include "execute/communicator/ssh/remote_path.hpp"

#include <gtest/gtest.h>

namespace kiln::exec {
namespace {

struct QuoteCase {
    const char* path;
    const char* want;
};
constexpr QuoteCase kQuoted[] = {
    {"/tmp/a b", "'/tmp/a b'"},
    {"~/gio-seed.txt", "~/'gio-seed.txt'"},
    {"~", "~"},
    {"~/", "~"},
    {"~ubuntu/x y", "~ubuntu/'x y'"},
    {"~$(reboot)/x", "'./~$(reboot)/x'"},
    {"-rf", "'./-rf'"},
    {"a'b", "'a'\"'\"'b'"}};

TEST(QuoteRemotePath, LetsTheShellExpandNothingButTheHome) {
    for (const QuoteCase& c : kQuoted) {
        EXPECT_EQ(quote_remote_path(c.path), c.want);
    }
}

TEST(RemoteParent, KeepsTheHome) {
    EXPECT_EQ(remote_parent("/a/b/"), "/a");
    EXPECT_EQ(remote_parent("/a"), "/");
    EXPECT_EQ(remote_parent("~/a"), "~");
    EXPECT_EQ(remote_parent("a"), ".");
    EXPECT_EQ(remote_name("/a/b/"), "b");
    EXPECT_EQ(remote_name("c"), "c");
}

}  // namespace
}  // namespace kiln::exec
