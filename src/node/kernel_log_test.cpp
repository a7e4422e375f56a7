#include "node/kernel_log.hpp"

#include "node/testing/tree_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kiln::node {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(ReadKernelLog, GivesTheMessages) {
    TreeFixture node;
    node.put("/dev/kmsg", "6,1,0,-;Linux version 6.1.0; x\n SUBSYSTEM=a;b\n4,2,7,-;rcu: two\n");
    EXPECT_THAT(read_kernel_log(node.tree), ElementsAre("Linux version 6.1.0; x", "rcu: two"));
}

TEST(ReadKernelLog, IsEmptyWithoutOne) {
    EXPECT_THAT(read_kernel_log(TreeFixture().tree), IsEmpty());
}

TEST(ReadKernelLog, TheRunningKernelsEnds) {
    read_kernel_log(NodeTree("/"));  // whatever it holds, and whoever may read it: no wait for more
}

}  // namespace
}  // namespace kiln::node
