#include "node/partition.hpp"

#include "node/testing/tree_fixture.hpp"
#include "sys/testing/fake_process_runner.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kiln::node {
namespace {

using testing::ElementsAre;

/// cgroup v2 with the partition's folder and its files, which the kernel would make.
void put_cgroups(TreeFixture& node) {
    node.put("/sys/fs/cgroup/cgroup.controllers", "cpuset cpu memory\n")
        .put("/sys/fs/cgroup/cgroup.subtree_control", "")
        .put(kPartitionFolder + "/cpuset.cpus", "\n")
        .put(kPartitionFolder + "/cpuset.cpus.partition", "member\n");
}

TEST(MakePartition, IsolatesAndReadsBack) {
    TreeFixture node;
    put_cgroups(node);
    sys::FakeProcessRunner runner;
    EXPECT_THAT(
        make_partition(node.tree, PartitionKind::isolated, "2-3", "0-1", runner),
        ElementsAre(
            ActionResult{"system.slice", Outcome::changed, "AllowedCPUs=0-1", ""},
            ActionResult{
                kPartitionFolder, Outcome::changed, "2-3 are isolated until the next boot", ""}
        )
    );
    EXPECT_EQ(node.text("/sys/fs/cgroup/cgroup.subtree_control"), "+cpuset");
    EXPECT_EQ(node.tree.read_line(kPartitionFolder + "/cpuset.cpus"), "2-3");
    // Or systemd would take cpuset, and the partition with it, when it next looks.
    ASSERT_EQ(runner.commands().size(), 1u);
    EXPECT_THAT(
        runner.commands().front().argv,
        ElementsAre("systemctl", "set-property", "--runtime", "system.slice", "AllowedCPUs=0-1")
    );
}

TEST(MakePartition, KeepsTheHostsSlicesAwayWhenSoft) {
    TreeFixture node;
    put_cgroups(node);
    sys::FakeProcessRunner runner;
    const ActionResults results =
        make_partition(node.tree, PartitionKind::soft, "2-3", "0-1", runner);
    EXPECT_FALSE(any_failed(results));
    ASSERT_EQ(runner.commands().size(), 3u);
    EXPECT_THAT(
        runner.commands().front().argv,
        ElementsAre("systemctl", "set-property", "--runtime", "system.slice", "AllowedCPUs=0-1")
    );
    EXPECT_EQ(node.tree.read_line(kPartitionFolder + "/cpuset.cpus"), "");
}

TEST(MakePartition, NeedsCgroupV2WithCpusets) {
    TreeFixture node;
    sys::FakeProcessRunner runner;
    const auto why = [&] {
        return make_partition(node.tree, PartitionKind::isolated, "2-3", "0-1", runner)[0].detail;
    };
    EXPECT_EQ(why(), "there is no cgroup v2");
    node.put("/sys/fs/cgroup/cgroup.controllers", "cpu memory\n");
    EXPECT_EQ(why(), "cgroup v2 has no cpuset here");
}

TEST(PartitionProblem, GivesTheKernelsReason) {
    EXPECT_EQ(partition_problem("isolated"), "");
    EXPECT_EQ(
        partition_problem("isolated invalid (Cpu list in cpuset.cpus not exclusive)"),
        "the kernel does not isolate them: Cpu list in cpuset.cpus not exclusive"
    );
    EXPECT_EQ(
        partition_problem("member"), "the kernel does not isolate them: the partition is \"member\""
    );
}

TEST(RemovePartition, GivesTheCpusBack) {
    TreeFixture node;
    put_cgroups(node);
    sys::FakeProcessRunner runner;
    // A folder of plain files can not be removed as the kernel's can: the CPUs go back all the
    // same.
    EXPECT_EQ(remove_partition(node.tree, runner)[0].outcome, Outcome::failed);
    EXPECT_EQ(node.tree.read_line(kPartitionFolder + "/cpuset.cpus.partition"), "member");
    EXPECT_THAT(runner.commands(), testing::IsEmpty());
}

TEST(RemovePartition, LetsTheHostsSlicesRunEverywhere) {
    TreeFixture node;
    const std::string control = "/run/systemd/system.control/";
    node.put(
            control + "system.slice.d/50-AllowedCPUs.conf",
            "[Slice]\nAllowedCPUs=\nAllowedCPUs=0-1\n"
    )
        .put(control + "user.slice.d/50-AllowedCPUs.conf", "[Slice]\nAllowedCPUs=\nAllowedCPUs=\n");
    sys::FakeProcessRunner runner;
    EXPECT_THAT(
        remove_partition(node.tree, runner),
        ElementsAre(ActionResult{"system.slice", Outcome::changed, "AllowedCPUs=", ""})
    );
    ASSERT_EQ(runner.commands().size(), 1u);
    EXPECT_THAT(
        runner.commands().front().argv,
        ElementsAre("systemctl", "set-property", "--runtime", "system.slice", "AllowedCPUs=")
    );
}

TEST(RemovePartition, DoesNothingWithoutOne) {
    TreeFixture node;
    sys::FakeProcessRunner runner;
    EXPECT_THAT(remove_partition(node.tree, runner), testing::IsEmpty());
    EXPECT_THAT(runner.commands(), testing::IsEmpty());
}

}  // namespace
}  // namespace kiln::node
