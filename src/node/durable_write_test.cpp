#include "node/durable_write.hpp"

#include "node/testing/tree_fixture.hpp"

#include <cerrno>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

namespace kiln::node {
namespace {

using testing::ElementsAre;

TEST(ReplaceFile, KeepsTheModeAndFollowsALinkAsTheNodeWould) {
    TreeFixture node;
    node.put("/boot/grub2/grubenv", "old", 0600).link("/etc/grubenv", "/boot/grub2/grubenv");
    replace_file(node.tree, "/etc/grubenv", "new");
    EXPECT_EQ(node.text("/boot/grub2/grubenv"), "new");
    EXPECT_THAT(node.tree.list("/boot/grub2"), ElementsAre("grubenv"));
    struct stat status {};
    ASSERT_EQ(::stat(node.tree.at("/boot/grub2/grubenv").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777, 0600U);
}

TEST(ReplaceFile, NewFilesGetTheModeAsked) {
    TreeFixture node;
    make_folders(node.tree, "/etc/sysctl.d");
    replace_file(node.tree, "/etc/sysctl.d/x.conf", "a", FileOwner{0640, ::getuid(), ::getgid()});
    struct stat status {};
    ASSERT_EQ(::stat(node.tree.at("/etc/sysctl.d/x.conf").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777, 0640U);
}

TEST(ReplaceFile, TellsPathAndRemedy) {
    TreeFixture node;
    try {
        replace_file(node.tree, "/etc/missing/x", "a");
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.message(), "writing /etc/missing/x: No such file or directory");
    }
    EXPECT_NE(write_error("writing", "/etc/x", EROFS).hint(), "");
    EXPECT_NE(write_error("writing", "/etc/x", ENOSPC).hint(), "");
    EXPECT_NE(write_error("writing", "/etc/x", EPERM).hint(), "");
    EXPECT_NE(write_error("writing", "/etc/x", EBUSY).hint(), "");
}

TEST(SweepTemporaryFiles, RemovesOurs) {
    TreeFixture node;
    node.put("/etc/.x.conf.kiln-a1B2c3", "").put("/etc/.x.kiln-no", "").put("/etc/x.conf", "");
    sweep_temporary_files(node.tree, "/etc");
    EXPECT_THAT(node.tree.list("/etc"), ElementsAre(".x.kiln-no", "x.conf"));
}

TEST(WriteKernelFile, AnswersWithTheErrno) {
    TreeFixture node;
    node.put("/proc/sys/vm/swappiness", "60\n");
    EXPECT_EQ(write_kernel_file(node.tree, "/proc/sys/vm/swappiness", "10"), 0);
    EXPECT_EQ(node.text("/proc/sys/vm/swappiness"), "10");
    EXPECT_EQ(write_kernel_file(node.tree, "/proc/sys/none", "1"), ENOENT);
    EXPECT_EQ(write_kernel_file(NodeTree("/"), "/dev/full", "1"), ENOSPC);
}

}  // namespace
}  // namespace kiln::node
