#include "node/change_record.hpp"

#include "node/testing/tree_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kiln::node {
namespace {

using Kind = ChangeEntry::Kind;
using testing::ElementsAre;
using testing::IsEmpty;

const std::vector<ChangeEntry> kEntries = {
    {Kind::original, "/etc/default/grub", "A=\"end\n\nend\n\"", 0644, 0, 7},
    {Kind::absent, "/etc/x with blank", ""},
    {Kind::wrote, "/etc/default/grub", std::string("b\0c", 3)},
    {Kind::boot, "b-1", ""},
    {Kind::value, "/proc/sys/vm/swappiness", "60"},
    {Kind::bind, "0000:00:06.0", "ena"},
};

TEST(ChangeRecord, EveryCutGivesWholeEntries) {
    std::string text;
    std::vector<std::size_t> ends = {0};
    for (const ChangeEntry& entry : kEntries) {
        text += print_change(entry);
        ends.push_back(text.size());
    }
    EXPECT_EQ(parse_record(text).entries, kEntries);
    for (std::size_t size = 0; size <= text.size(); ++size) {
        const ParsedRecord cut = parse_record(std::string_view(text).substr(0, size));
        EXPECT_EQ(cut.whole_bytes, ends[cut.entries.size()]);
        EXPECT_LE(cut.whole_bytes, size);
        EXPECT_TRUE(std::equal(cut.entries.begin(), cut.entries.end(), kEntries.begin()));
    }
}

TEST(ChangeRecord, AppendsAfterWhatIsWhole) {
    TreeFixture node;
    node.put(kRecordPath, print_change(kEntries[0]) + "original 420 0 0 5 9\n/etc");
    ChangeRecord record(node.tree);
    EXPECT_THAT(record.entries(), ElementsAre(kEntries[0]));
    record.append({kEntries[1]});
    record.append({kEntries[3]});
    EXPECT_THAT(
        ChangeRecord(node.tree).entries(), ElementsAre(kEntries[0], kEntries[1], kEntries[3])
    );
    EXPECT_TRUE(record.knows("/etc/x with blank"));
    EXPECT_FALSE(record.knows("/etc/y"));
}

TEST(GatherChanges, KeepsTheFirstOfEachAndForgetsWhatWasUndone) {
    std::vector<ChangeEntry> entries = kEntries;
    entries.push_back({Kind::value, "/proc/sys/vm/swappiness", "10"});
    RecordedChanges changes = gather_changes(entries, "b-1");
    ASSERT_EQ(changes.files.size(), 2U);
    EXPECT_EQ(changes.files[0].original, kEntries[0]);
    EXPECT_TRUE(changes.files[0].is_ours(std::string("b\0c", 3)));
    EXPECT_FALSE(changes.files[0].is_ours("b"));
    EXPECT_EQ(changes.files[1].original, std::nullopt);
    EXPECT_THAT(changes.values, ElementsAre(RecordedSetting{"/proc/sys/vm/swappiness", "60", ""}));
    EXPECT_THAT(changes.bindings, ElementsAre(RecordedSetting{"0000:00:06.0", "ena", ""}));

    EXPECT_THAT(gather_changes(entries, "b-2").values, IsEmpty()) << "gone with the boot";

    entries.push_back({Kind::undone, "", ""});
    EXPECT_THAT(gather_changes(entries, "b-1").files, IsEmpty());
}

TEST(GatherChanges, KnowsForWhichPlanAndForgetsWhatWasRestored) {
    std::vector<ChangeEntry> entries = {{Kind::boot, "b-1", ""}, {Kind::plan, "a", ""}};
    entries.insert(entries.end(), kEntries.begin(), kEntries.end());
    entries.push_back({Kind::plan, "b", ""});
    entries.push_back({Kind::value, "/proc/sys/vm/swappiness", "10"});
    RecordedChanges changes = gather_changes(entries, "b-1");
    EXPECT_EQ(changes.files[0].plan, "a");
    EXPECT_THAT(changes.values, ElementsAre(RecordedSetting{"/proc/sys/vm/swappiness", "60", "b"}));

    entries.push_back({Kind::restored, "/etc/default/grub", ""});
    entries.push_back({Kind::restored, "0000:00:06.0", ""});
    changes = gather_changes(entries, "b-1");
    ASSERT_EQ(changes.files.size(), 1U);
    EXPECT_EQ(changes.files[0].path, "/etc/x with blank");
    EXPECT_THAT(changes.bindings, IsEmpty());
}

TEST(ChangeRecord, NamesAPlanWithItsFirstChangeAndAFileThatWasRestoredIsNew) {
    TreeFixture node;
    ChangeRecord(node.tree).begin_plan("a");
    EXPECT_FALSE(node.tree.exists(kRecordPath)) << "nothing changed, nothing recorded";
    for (const char* path : {"/etc/x", "/etc/y"}) {
        ChangeRecord record(node.tree);
        record.begin_plan("a");
        record.append({{Kind::absent, path, ""}});
        EXPECT_TRUE(record.knows(path));
    }
    ChangeRecord record(node.tree);
    record.append({{Kind::restored, "/etc/x", ""}});
    EXPECT_FALSE(record.knows("/etc/x"));
    EXPECT_THAT(
        record.entries(),
        ElementsAre(
            ChangeEntry{Kind::plan, "a", ""},
            ChangeEntry{Kind::absent, "/etc/x", ""},
            ChangeEntry{Kind::absent, "/etc/y", ""},
            ChangeEntry{Kind::plan, "", ""},
            ChangeEntry{Kind::restored, "/etc/x", ""}
        )
    );
}

}  // namespace
}  // namespace kiln::node
