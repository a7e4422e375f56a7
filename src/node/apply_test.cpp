#include "node/apply.hpp"

#include "node/applied.hpp"
#include "node/restore.hpp"
#include "node/testing/tree_fixture.hpp"
#include "node/testing/uki_fixture.hpp"
#include "sys/testing/fake_clock.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kiln::node {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kEntry = "/boot/loader/entries/m-6.1.conf";

PlannedChanges changes() {
    return {
        .hash = "h1",
        .actions =
            {WriteFile{.path = "/etc/sysctl.d/99-zz-kiln-node.conf", .content = "a=1\n"},
             SetAssignment{"/etc/sysconfig/irqbalance", "IRQBALANCE_BANNED_CPULIST", "2-3", ""},
             MakeLink{"/etc/systemd/system/sysinit.target.wants/k.service", "../k.service", ""},
             SetHugepages{.node = 0, .count = 2},
             MoveInterrupts{"0-1", "2-3", ""}},
        .kernel = {{"tsc=reliable", "isolcpus=2-3"}, {}}};
}

/// Another plan: it wants the sysctl file, though with another text, and none of the rest.
PlannedChanges other_changes() {
    return {
        .hash = "h2",
        .actions =
            {WriteFile{.path = "/etc/sysctl.d/99-zz-kiln-node.conf", .content = "b=1\n"},
             WriteFile{.path = "/etc/modprobe.d/kiln-node.conf", .content = "options igb_uio\n"}},
        .kernel = {{"default_hugepagesz=1G", "isolcpus=1"}, {}}};
}

/// A machine with a unified kernel image that was built after changes() had been applied.
void put_built_image(TreeFixture& machine) {
    machine.put("/etc/kernel/cmdline", "root=a\n")
        .put("/efi/EFI/Linux/m-6.1.efi", uki("root=a tsc=reliable isolcpus=2-3"));
}

class ApplyTest : public testing::Test {
protected:
    ApplyTest() {
        node.put(kEntry, "title AL\nversion 6.1\noptions root=a tsc=reliable isolcpus=9\n")
            .put("/boot/grub2/grub.cfg", "")
            .put("/etc/sysconfig/irqbalance", "A=1\n", 0600);
    }

    ApplyReport apply(const PlannedChanges& plan = changes()) {
        ChangeRecord record(node.tree);
        return apply_changes({node.tree, record, clock}, plan, {});
    }
    ActionResults undo() {
        ChangeRecord record(node.tree);
        return undo_changes({node.tree, record, clock});
    }
    std::vector<std::string> failures(const ActionResults& results) {
        std::vector<std::string> all;
        for (const ActionResult& result : results) {
            if (result.outcome == Outcome::failed) {
                all.push_back(result.subject + ": " + result.detail);
            }
        }
        return all;
    }

    TreeFixture node;
    sys::FakeClock clock;
};

TEST_F(ApplyTest, ChangesATreeOnceAndUndoPutsItBack) {
    const ApplyReport report = apply();
    EXPECT_EQ(report.problem(), "");
    EXPECT_TRUE(report.next_boot_is_right);
    EXPECT_THAT(node.text(kEntry), HasSubstr("options root=a tsc=reliable isolcpus=2-3\n"));
    EXPECT_EQ(read_applied(node.tree)->plan, "h1");
    EXPECT_EQ(read_applied(node.tree)->isolated, "2-3");

    for (const ActionResult& result : apply().results) {
        EXPECT_EQ(result.outcome, Outcome::unchanged) << result.subject;
    }

    EXPECT_THAT(failures(undo()), IsEmpty());
    EXPECT_EQ(node.text(kEntry), "title AL\nversion 6.1\noptions root=a tsc=reliable isolcpus=9\n");
    EXPECT_EQ(node.text("/etc/sysconfig/irqbalance"), "A=1\n");
    EXPECT_FALSE(node.tree.exists("/etc/sysctl.d/99-zz-kiln-node.conf"));
    EXPECT_THAT(node.tree.list("/etc/systemd/system/sysinit.target.wants"), IsEmpty());
    EXPECT_EQ(read_applied(node.tree), std::nullopt);
    for (const ActionResult& result : undo()) {
        EXPECT_EQ(result.outcome, Outcome::unchanged) << result.subject;
    }
}

TEST_F(ApplyTest, APlanLeavesNothingOfTheOneBefore) {
    const std::string original = node.text(kEntry);
    EXPECT_TRUE(apply(other_changes()).ok());
    const std::string alone = node.text(kEntry);
    undo();

    EXPECT_TRUE(apply().ok());
    const std::string entry = node.text(kEntry);
    const ApplyReport report = apply(other_changes());
    EXPECT_EQ(report.problem(), "");
    EXPECT_TRUE(report.next_boot_is_right);
    EXPECT_EQ(node.text(kEntry), alone) << "as if the first plan had not been";
    EXPECT_EQ(node.text("/etc/sysconfig/irqbalance"), "A=1\n");
    EXPECT_THAT(node.tree.list("/etc/systemd/system/sysinit.target.wants"), IsEmpty());
    EXPECT_THAT(read_applied(node.tree)->retired, IsEmpty()) << "tsc=reliable was there before";
    const std::string record = node.text(kRecordPath);
    for (const ActionResult& result : apply(other_changes()).results) {
        EXPECT_EQ(result.outcome, Outcome::unchanged) << result.subject;
    }
    EXPECT_EQ(node.text(kRecordPath), record);

    EXPECT_TRUE(apply().ok());
    EXPECT_EQ(node.text(kEntry), entry);
    EXPECT_EQ(node.text("/etc/sysctl.d/99-zz-kiln-node.conf"), "a=1\n");
    EXPECT_FALSE(node.tree.exists("/etc/modprobe.d/kiln-node.conf"));
    EXPECT_THAT(read_applied(node.tree)->retired, testing::ElementsAre("default_hugepagesz=1G"));

    EXPECT_THAT(failures(undo()), IsEmpty());
    EXPECT_EQ(node.text(kEntry), original);
    EXPECT_EQ(node.text("/etc/sysconfig/irqbalance"), "A=1\n");
    EXPECT_FALSE(node.tree.exists("/etc/sysctl.d/99-zz-kiln-node.conf"));
    EXPECT_FALSE(node.tree.exists("/etc/modprobe.d/kiln-node.conf"));
}

TEST_F(ApplyTest, AFormerPlansFileThatSomebodyHasEditedStaysAndIsNamed) {
    apply();
    node.put("/etc/sysconfig/irqbalance", "A=2\n");
    const ApplyReport report = apply(other_changes());
    EXPECT_TRUE(report.ok());
    EXPECT_THAT(
        report.results,
        testing::Contains(testing::AllOf(
            testing::Field(&ActionResult::subject, "/etc/sysconfig/irqbalance"),
            testing::Field(&ActionResult::outcome, Outcome::skipped)
        ))
    );
    EXPECT_EQ(node.text("/etc/sysconfig/irqbalance"), "A=2\n");
}

TEST_F(ApplyTest, AFormerPlansArgumentsGoFromEntriesThatCameLater) {
    apply();
    node.put(
        "/boot/loader/entries/m-6.2.conf",
        "title AL\nversion 6.2\noptions root=a isolcpus=2-3 tsc=reliable\n"
    );
    EXPECT_EQ(apply(other_changes()).problem(), "");
    EXPECT_EQ(
        node.text("/boot/loader/entries/m-6.2.conf"),
        "title AL\nversion 6.2\noptions root=a default_hugepagesz=1G isolcpus=1\n"
    );
    PlannedChanges nothing = other_changes();
    nothing.hash = "h3";
    nothing.kernel = {};
    EXPECT_EQ(apply(nothing).problem(), "");
    EXPECT_EQ(
        node.text("/boot/loader/entries/m-6.2.conf"), "title AL\nversion 6.2\noptions root=a\n"
    );
    EXPECT_THAT(node.text(kEntry), HasSubstr("options root=a tsc=reliable isolcpus=9\n"));
    EXPECT_TRUE(apply(other_changes()).ok());
    EXPECT_THAT(failures(undo()), IsEmpty());
    EXPECT_EQ(
        node.text("/boot/loader/entries/m-6.2.conf"), "title AL\nversion 6.2\noptions root=a\n"
    );
}

TEST_F(ApplyTest, APlanWithoutArgumentsTakesTheDropInOfGrubAway) {
    TreeFixture debian;
    debian.put("/etc/default/grub", "GRUB_CMDLINE_LINUX=\"quiet\"\n")
        .put("/etc/default/grub.d/50-cloud.cfg", "A=1\n")
        .put("/boot/grub/grub.cfg", "menuentry 'D' {\n\tlinux /vmlinuz-6.1 root=a quiet\n}\n");
    const std::string config = debian.text("/boot/grub/grub.cfg");
    ChangeRecord record(debian.tree);
    const NodeHands hands{debian.tree, record, clock};
    EXPECT_EQ(apply_changes(hands, changes(), {}).problem(), "");
    EXPECT_THAT(debian.text("/boot/grub/grub.cfg"), HasSubstr("isolcpus=2-3"));
    EXPECT_EQ(apply_changes(hands, {.hash = "none"}, {}).problem(), "");
    EXPECT_EQ(debian.text("/boot/grub/grub.cfg"), config);
    EXPECT_THAT(debian.tree.list("/etc/default/grub.d"), testing::ElementsAre("50-cloud.cfg"));
}

TEST_F(ApplyTest, APlanRebuildsAnImageThatHoldsAFormerPlansArguments) {
    TreeFixture machine;
    put_built_image(machine);
    ChangeRecord record(machine.tree);
    const NodeHands hands{machine.tree, record, clock};
    EXPECT_TRUE(apply_changes(hands, changes(), {}).ok());
    machine.put(
        "/efi/EFI/Linux/m-6.1.efi", uki("root=a tsc=reliable default_hugepagesz=1G isolcpus=1")
    );
    EXPECT_THAT(apply_changes(hands, other_changes(), {}).problem(), HasSubstr("rebuild it"));
    EXPECT_EQ(machine.text("/etc/kernel/cmdline"), "root=a default_hugepagesz=1G isolcpus=1\n");
    EXPECT_EQ(read_applied(machine.tree)->retired, std::vector<std::string>{"tsc=reliable"});
    machine.put("/efi/EFI/Linux/m-6.1.efi", uki("root=a default_hugepagesz=1G isolcpus=1"));
    EXPECT_TRUE(apply_changes(hands, other_changes(), {}).ok());
}

TEST_F(ApplyTest, UndoDoesNotBringBackTheEntryOfARemovedKernel) {
    apply();
    std::filesystem::remove(node.tree.at(kEntry));
    node.put("/boot/loader/entries/m-6.2.conf", "title AL\nversion 6.2\noptions root=a\n");
    EXPECT_THAT(failures(undo()), IsEmpty());
    EXPECT_FALSE(node.tree.exists(kEntry));
}

TEST_F(ApplyTest, SettingsOfAFormerPlanGoBackWithinTheBoot) {
    node.put("/proc/sys/kernel/random/boot_id", "b-1\n")
        .put("/proc/sys/vm/swappiness", "60\n")
        .put("/proc/sys/net/core/rmem_max", "212992\n")
        .put("/proc/sys/vm/stat_interval", "1\n");
    ChangeRecord record(node.tree);
    const NodeHands hands{node.tree, record, clock};
    record.append({{ChangeEntry::Kind::boot, "b-1", "", 0, 0, 0}});
    const auto set = [&](const char* key, const char* value, SetKernelValue::Rule rule) {
        const SetKernelValue action{
            .path = std::string("/proc/sys/") + key, .value = value, .rule = rule};
        EXPECT_EQ(set_kernel_value(hands, action).outcome, Outcome::changed);
        return action;
    };
    using Rule = SetKernelValue::Rule;
    record.begin_plan("h1");
    set("vm/swappiness", "10", Rule::exact);
    set("net/core/rmem_max", "67108864", Rule::at_least);
    set("vm/stat_interval", "10", Rule::exact);

    const PlannedChanges second{
        .hash = "h2",
        .actions = {
            SetKernelValue{.path = "/proc/sys/vm/swappiness", .value = "20"},
            SetKernelValue{
                .path = "/proc/sys/net/core/rmem_max",
                .value = "4194304",
                .rule = Rule::at_least}}};
    record.begin_plan("h2");
    EXPECT_THAT(failures(restore_kernel_of_other_plans(hands, second)), IsEmpty());
    EXPECT_EQ(node.text("/proc/sys/vm/swappiness"), "10") << "the plan sets it next";
    EXPECT_EQ(node.text("/proc/sys/net/core/rmem_max"), "212992") << "raised from what it was";
    EXPECT_EQ(node.text("/proc/sys/vm/stat_interval"), "1");
    node.put("/proc/sys/vm/stat_interval", "5\n");
    restore_kernel_of_other_plans(hands, second);
    EXPECT_EQ(node.text("/proc/sys/vm/stat_interval"), "5\n") << "somebody's own by now";
}

TEST_F(ApplyTest, SweepsWhatKilledRunsLeft) {
    apply();
    node.put("/boot/loader/entries/.m-6.1.conf.kiln-a1B2c3", "half")
        .put("/var/lib/kiln-node/.state.json.kiln-a1B2c3", "")
        .put("/etc/sysctl.d/.99-zz-kiln-node.conf.kiln-a1B2c3", "")
        .put("/etc/elsewhere/.x.kiln-a1B2c3", "");
    ChangeRecord record(node.tree);
    sweep_leftovers({node.tree, record, clock});
    EXPECT_THAT(node.tree.list("/boot/loader/entries"), testing::ElementsAre("m-6.1.conf"));
    EXPECT_THAT(
        node.tree.list("/var/lib/kiln-node"), testing::ElementsAre("applied.json", "record")
    );
    EXPECT_THAT(node.tree.list("/etc/sysctl.d"), testing::ElementsAre("99-zz-kiln-node.conf"));
    EXPECT_TRUE(node.tree.exists("/etc/elsewhere/.x.kiln-a1B2c3"));
}

TEST_F(ApplyTest, UndoCleansEntriesThatCameLater) {
    apply();
    node.put(
        "/boot/loader/entries/m-6.2.conf",
        "title AL\nversion 6.2\noptions root=a isolcpus=2-3 tsc=reliable\n"
    );
    EXPECT_THAT(failures(undo()), IsEmpty());
    EXPECT_EQ(
        node.text("/boot/loader/entries/m-6.2.conf"), "title AL\nversion 6.2\noptions root=a\n"
    );
    EXPECT_THAT(node.text(kEntry), HasSubstr("root=a tsc=reliable isolcpus=9"));
}

TEST_F(ApplyTest, UndoNamesTheImageThatStillHoldsTheArguments) {
    TreeFixture machine;
    put_built_image(machine);
    ChangeRecord record(machine.tree);
    const NodeHands hands{machine.tree, record, clock};
    EXPECT_TRUE(apply_changes(hands, changes(), {}).ok());
    EXPECT_EQ(machine.text("/etc/kernel/cmdline"), "root=a tsc=reliable isolcpus=2-3\n");

    EXPECT_THAT(failures(undo_changes(hands)), testing::ElementsAre(HasSubstr("rebuild it")));
    EXPECT_EQ(machine.text("/etc/kernel/cmdline"), "root=a\n");
    machine.put("/efi/EFI/Linux/m-6.1.efi", uki("root=a"));
    EXPECT_THAT(failures(undo_changes(hands)), IsEmpty());
}

TEST_F(ApplyTest, UndoLeavesWhatOthersChanged) {
    apply();
    node.put("/etc/sysctl.d/99-zz-kiln-node.conf", "mine now\n");
    EXPECT_THAT(
        failures(undo()),
        testing::ElementsAre("/etc/sysctl.d/99-zz-kiln-node.conf: somebody has changed it since; "
                             "it is left as it is")
    );
    EXPECT_THAT(node.text(kEntry), HasSubstr("isolcpus=9"));
}

TEST_F(ApplyTest, AFailedFileKeepsTheBootLineAsItIs) {
    node.put("/etc/sysctl.d", "a file");
    const ApplyReport report = apply();
    EXPECT_FALSE(report.ok());
    EXPECT_FALSE(report.next_boot_is_right);
    EXPECT_THAT(report.problem(), HasSubstr("/etc/sysctl.d"));
    EXPECT_THAT(node.text(kEntry), HasSubstr("isolcpus=9"));
    EXPECT_EQ(read_applied(node.tree), std::nullopt);
}

TEST_F(ApplyTest, InterruptsOfALaterInterfaceMoveAndNothingElse) {
    ChangeRecord record(node.tree);
    const NodeHands hands{node.tree, record, clock};
    EXPECT_THAT(apply_interrupts(hands), IsEmpty()) << "nothing was applied yet";
    apply();
    node.put("/proc/irq/30/smp_affinity_list", "0-3\n")
        .put("/proc/irq/31/smp_affinity_list", "1\n")
        .put("/etc/sysconfig/irqbalance", "edited\n");
    const ActionResults results = apply_interrupts(hands);
    EXPECT_THAT(failures(results), IsEmpty());
    EXPECT_EQ(node.text("/proc/irq/30/smp_affinity_list"), "0-1");
    EXPECT_EQ(node.text("/proc/irq/31/smp_affinity_list"), "1\n");
    EXPECT_EQ(node.text("/etc/sysconfig/irqbalance"), "edited\n");
}

TEST_F(ApplyTest, ANodeWithoutABootLoaderSaysSo) {
    TreeFixture bare;
    ChangeRecord record(bare.tree);
    const ApplyReport report = apply_changes({bare.tree, record, clock}, changes(), {});
    EXPECT_THAT(report.problem(), HasSubstr("found no boot loader"));
    EXPECT_FALSE(report.next_boot_is_right);
}

TEST(Applied, SurvivesItsText) {
    const Applied applied = applied_from(changes(), "b");
    EXPECT_EQ(parse_applied(print_applied(applied)), applied);
    EXPECT_EQ(parse_applied("{}"), std::nullopt);
    EXPECT_EQ(parse_applied("not json"), std::nullopt);
}

}  // namespace
}  // namespace kiln::node
