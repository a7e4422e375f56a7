#include "node/apply.hpp"

#include "node/applied.hpp"
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

class ApplyTest : public testing::Test {
protected:
    ApplyTest() {
        node.put(kEntry, "title AL\nversion 6.1\noptions root=a tsc=reliable isolcpus=9\n")
            .put("/boot/grub2/grub.cfg", "")
            .put("/etc/sysconfig/irqbalance", "A=1\n", 0600);
    }

    ApplyReport apply() {
        ChangeRecord record(node.tree);
        return apply_changes({node.tree, record, clock}, changes(), {});
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
    machine.put("/etc/kernel/cmdline", "root=a\n")
        .put("/efi/EFI/Linux/m-6.1.efi", uki("root=a tsc=reliable isolcpus=2-3"));
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
