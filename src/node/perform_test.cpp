#include "node/perform.hpp"

#include "base/error.hpp"
#include "node/testing/tree_fixture.hpp"
#include "sys/testing/fake_clock.hpp"
#include "sys/testing/fake_process_runner.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kiln::node {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// A node's tree with what performers need.
class PerformTest : public testing::Test {
protected:
    NodeHands hands() {
        record_.emplace(node.tree);
        return {node.tree, *record_, clock};
    }

    TreeFixture node;
    sys::FakeClock clock;

private:
    std::optional<ChangeRecord> record_;
};

std::vector<std::string> changed(const ActionResults& results) {
    std::vector<std::string> subjects;
    for (const ActionResult& result : results) {
        if (result.outcome != Outcome::unchanged) {
            subjects.push_back(result.subject + ": " + name_of(result.outcome));
        }
    }
    return subjects;
}

TEST_F(PerformTest, WithoutModprobeOnlyModulesThatAreNeededFail) {
    sys::FakeProcessRunner no_modprobe([](const auto&, const auto&) -> sys::ExitStatus {
        throw Error(ErrorKind::not_found, "there is no program modprobe");
    });
    const std::string why = "there is no program modprobe";
    const std::string remedy = "install kmod, which has modprobe";
    EXPECT_EQ(
        load_module(hands(), {.name = "igb_uio", .optional = true}, no_modprobe),
        (ActionResult{"module igb_uio", Outcome::not_here, why, remedy})
    );
    EXPECT_EQ(
        load_module(hands(), {.name = "vfio-pci"}, no_modprobe),
        (ActionResult{"module vfio-pci", Outcome::failed, why, remedy})
    );
    node.put("/sys/module/vfio_pci/refcnt", "0\n");
    EXPECT_EQ(
        load_module(hands(), {.name = "vfio-pci"}, no_modprobe),
        (ActionResult{"module vfio-pci", Outcome::unchanged, "loaded", ""})
    );
}

TEST_F(PerformTest, ModprobeIsGivenTheOptionsAndItsRefusalIsShown) {
    node.put("/proc/sys/kernel/osrelease", "6.1.0\n");
    sys::FakeProcessRunner refuses([](const auto&, const sys::OutputSink& say) {
        say(sys::OutputStream::err, "modprobe: FATAL: Module igb_uio not found\n");
        return sys::ExitStatus{.code = 1};
    });
    const LoadModule igb_uio{.name = "igb_uio", .options = {"wc_activate=1"}, .optional = true};
    EXPECT_EQ(
        load_module(hands(), igb_uio, refuses),
        (ActionResult{
            "module igb_uio",
            Outcome::not_here,
            "modprobe: FATAL: Module igb_uio not found",
            "install the module for kernel 6.1.0, or build it for it"})
    );
    EXPECT_THAT(
        refuses.commands().front().argv, ElementsAre("modprobe", "igb_uio", "wc_activate=1")
    );
}

TEST_F(PerformTest, FilesAreWrittenOnceAndRecorded) {
    node.put("/etc/default/irqbalance", "# x\nIRQBALANCE_BANNED_CPULIST=\nA=1");
    const std::vector<NodeAction> actions = {
        WriteFile{.path = "/etc/sysctl.d/99-zz-kiln-node.conf", .content = "a=1\n"},
        SetAssignment{"/etc/default/irqbalance", "IRQBALANCE_BANNED_CPULIST", "2-3", ""},
    };
    EXPECT_THAT(
        changed(write_files(hands(), file_edits(node.tree, actions))),
        ElementsAre(
            "/etc/sysctl.d/99-zz-kiln-node.conf: changed", "/etc/default/irqbalance: changed"
        )
    );
    EXPECT_EQ(node.text("/etc/default/irqbalance"), "# x\nIRQBALANCE_BANNED_CPULIST=2-3\nA=1\n");
    const RecordedChanges recorded = gather_changes(ChangeRecord(node.tree).entries(), "");
    ASSERT_EQ(recorded.files.size(), 2U);
    EXPECT_EQ(recorded.files[0].original, std::nullopt);
    EXPECT_EQ(recorded.files[1].original->content, "# x\nIRQBALANCE_BANNED_CPULIST=\nA=1");
    const std::string record = node.text(kRecordPath);
    EXPECT_THAT(changed(write_files(hands(), file_edits(node.tree, actions))), IsEmpty());
    EXPECT_EQ(node.text(kRecordPath), record) << "nothing to write, nothing to record";
}

TEST_F(PerformTest, AFileThatCanNotBeWrittenStopsTheOthers) {
    node.put("/etc/a", "a file where a folder should be");
    const ActionResults results =
        write_files(hands(), {{"/etc/ok", "1"}, {"/etc/a/b", "2"}, {"/etc/later", "3"}});
    ASSERT_EQ(results.size(), 2U);
    EXPECT_EQ(results[1].subject, "/etc/a/b");
    EXPECT_EQ(results[1].outcome, Outcome::failed);
    EXPECT_FALSE(node.tree.exists("/etc/later"));
}

struct SatisfiesCase {
    const char* want;
    const char* have;
    SetKernelValue::Rule rule;
    bool enough;
};
constexpr SatisfiesCase kSatisfiesCases[] = {
    {"10", "10\n", SetKernelValue::Rule::exact, true},
    {"10", "11", SetKernelValue::Rule::exact, false},
    {"10", "11", SetKernelValue::Rule::at_least, true},
    {"10", "9", SetKernelValue::Rule::at_least, false},
    {"1 2 3", "1\t2\t4", SetKernelValue::Rule::at_least, true},
    {"1 2 3", "1\t1\t9", SetKernelValue::Rule::at_least, false},
    {"1 2", "1", SetKernelValue::Rule::at_least, false},
    {"|/bin/x %P", "|/bin/x %P", SetKernelValue::Rule::at_least, true},
};

TEST(Satisfies, ComparesWordByWord) {
    for (const SatisfiesCase& c : kSatisfiesCases) {
        EXPECT_EQ(satisfies({.path = "/p", .value = c.want, .rule = c.rule}, c.have), c.enough)
            << c.want << " and " << c.have;
    }
}

TEST_F(PerformTest, AtLeastNeverLowersAPart) {
    node.put("/proc/sys/net/ipv4/udp_mem", "9 1 1\n");
    const SetKernelValue action{
        .path = "/proc/sys/net/ipv4/udp_mem",
        .value = "2 3 4",
        .rule = SetKernelValue::Rule::at_least};
    EXPECT_EQ(set_kernel_value(hands(), action).outcome, Outcome::changed);
    EXPECT_EQ(node.text("/proc/sys/net/ipv4/udp_mem"), "9 3 4");
    EXPECT_EQ(set_kernel_value(hands(), action).outcome, Outcome::unchanged);
}

TEST_F(PerformTest, WantedNodesAreFilledAndOthersGiveBack) {
    const auto path = [](int number) {
        return "/sys/devices/system/node/node" + std::to_string(number) +
               "/hugepages/hugepages-1048576kB/nr_hugepages";
    };
    node.put(path(0), "3\n").put(path(2), "0\n");
    const std::vector<SetHugepages> want = {{.node = 0, .count = 0}, {.node = 2, .count = 3}};
    EXPECT_THAT(
        changed(set_hugepages(hands(), want, PageGrowth::shrink_only)),
        ElementsAre(
            "node0 pages of 1048576 KiB: changed", "node2 pages of 1048576 KiB: after reboot"
        )
    );
    EXPECT_THAT(
        changed(set_hugepages(hands(), want, PageGrowth::grow)),
        ElementsAre("node2 pages of 1048576 KiB: changed")
    );
    EXPECT_EQ(node.text(path(2)), "3");
}

TEST_F(PerformTest, InterruptsAndWorkqueuesLeaveTheIsolatedCpus) {
    node.put("/proc/irq/default_smp_affinity", "f\n")
        .put("/proc/irq/24/smp_affinity_list", "0-3\n")
        .put("/proc/irq/25/smp_affinity_list", "0-1\n")
        .put("/sys/devices/virtual/workqueue/cpumask", "f\n")
        .put("/sys/devices/virtual/workqueue/writeback/cpumask", "f\n");
    EXPECT_THAT(
        changed(move_interrupts(hands(), {"0-1", "2-3", ""})),
        ElementsAre("/proc/irq/default_smp_affinity: changed", "irq 24: changed")
    );
    EXPECT_THAT(
        changed(move_workqueues(hands(), {"0-1", ""})),
        ElementsAre(
            "/sys/devices/virtual/workqueue/cpumask: changed",
            "/sys/devices/virtual/workqueue/writeback/cpumask: changed"
        )
    );
    EXPECT_EQ(node.text("/proc/irq/24/smp_affinity_list"), "0-1");
    EXPECT_EQ(node.text("/proc/irq/default_smp_affinity"), "3");
    EXPECT_THAT(changed(move_interrupts(hands(), {"0-1", "2-3", ""})), IsEmpty());
}

}  // namespace
}  // namespace kiln::node
