#include "image/removal.hpp"

#include "image/testing/account.hpp"

#include <gmock/gmock.h>

namespace kiln::image {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::make_image;
using testing::make_snapshot;

/// Two images that share snap-2, and a third that is alone.
class Removal : public ::testing::Test {
protected:
    Removal() {
        facts_.inventory = &inventory_;
        facts_.price_of_gib = {{"eu-west-1", 0.05}};
    }
    OwnImage own(std::size_t index) const {
        return {"eu-west-1", &inventory_.regions[0].images[index]};
    }
    /// "snap-1 deleted", "snap-2: why it is kept".
    static std::vector<std::string> fates(const ImageFate& fate) {
        std::vector<std::string> texts;
        for (const SnapshotFate& one : fate.snapshots) {
            texts.push_back(one.id + (one.is_deleted ? " deleted" : ": " + one.kept_since));
        }
        return texts;
    }

    Inventory inventory_ = testing::make_inventory(
        {{"eu-west-1",
          {make_image("ami-1", "one", "", {"snap-1", "snap-2"}),
           make_image("ami-2", "two", "", {"snap-2", "snap-3"}),
           make_image("ami-3", "three", "", {"snap-4", "snap-4"})},
          {make_snapshot("snap-1"),
           make_snapshot("snap-2"),
           make_snapshot("snap-3"),
           make_snapshot("snap-4")}}}
    );
    RemovalFacts facts_;
};

TEST_F(Removal, KeepsASnapshotThatAnotherImageMaps) {
    facts_.images = {own(0)};
    const RemovalPlan plan = plan_removal(facts_, {});
    EXPECT_TRUE(plan.fates[0].is_deregistered);
    EXPECT_THAT(
        fates(plan.fates[0]), ElementsAre("snap-1 deleted", "snap-2: ami-2 (two) maps it too")
    );
    EXPECT_DOUBLE_EQ(plan.most_gib, 8);
    EXPECT_DOUBLE_EQ(plan.most_dollars, 0.4);
}

TEST_F(Removal, DeletesItOnceWhenBothGo) {
    facts_.images = {own(0), own(1)};
    const RemovalPlan plan = plan_removal(facts_, {});
    EXPECT_THAT(fates(plan.fates[0]), ElementsAre("snap-1 deleted", "snap-2 deleted"));
    EXPECT_THAT(fates(plan.fates[1]), ElementsAre("snap-3 deleted"));
    EXPECT_DOUBLE_EQ(plan.most_gib, 24);
}

TEST_F(Removal, TakesTheBlocksThatASnapshotRefersToWhereEc2SaysSo) {
    inventory_.regions[0].snapshots[3].full_bytes = std::int64_t{3} << 29;
    facts_.images = {own(2)};
    const RemovalPlan plan = plan_removal(facts_, {});
    EXPECT_THAT(fates(plan.fates[0]), ElementsAre("snap-4 deleted"))
        << "mapped twice, counted once";
    EXPECT_DOUBLE_EQ(plan.most_gib, 1.5);
}

TEST_F(Removal, KeepsWhatIsInUseOrSharedUnlessForced) {
    facts_.images = {own(0), own(1), own(2)};
    facts_.uses = {
        {"ami-1", "eu-west-1", "instance", "i-1", "running"},
        {"ami-2", "us-east-1", "instance", "i-2", "another region's image"}};
    facts_.image_shares[{"eu-west-1", "ami-2"}] = {{"111122223333"}, {"all"}, {}, {}};
    facts_.unseen_uses = {};
    RemovalPlan plan = plan_removal(facts_, {});
    EXPECT_FALSE(plan.fates[0].is_deregistered);
    EXPECT_THAT(plan.fates[0].against, ElementsAre("in use"));
    EXPECT_THAT(
        fates(plan.fates[0]), ElementsAre("snap-1: its AMI stays", "snap-2: its AMI stays")
    );
    EXPECT_FALSE(plan.fates[1].is_deregistered);
    EXPECT_THAT(plan.fates[1].against, ElementsAre("shared with all, 111122223333"));
    EXPECT_TRUE(plan.fates[2].is_deregistered);
    plan = plan_removal(facts_, {.force = true});
    EXPECT_TRUE(plan.fates[0].is_deregistered);
    EXPECT_TRUE(plan.fates[1].is_deregistered);
}

TEST_F(Removal, TakesWhatCouldNotBeAskedForAUse) {
    facts_.images = {own(2)};
    facts_.unseen_uses = {{"eu-west-1", "SSM parameters: AccessDenied"}, {"us-east-1", "x"}};
    const RemovalPlan plan = plan_removal(facts_, {});
    EXPECT_FALSE(plan.does_anything());
    EXPECT_THAT(
        plan.fates[0].against, ElementsAre("perhaps in use or shared: SSM parameters: AccessDenied")
    );
}

TEST_F(Removal, NeverTakesWhatIsProtectedOrLocked) {
    inventory_.regions[0].images[0].deregistration_protection = "enabled";
    facts_.images = {own(0), own(2)};
    facts_.locks[{"eu-west-1", "snap-4"}] = "compliance";
    const RemovalPlan plan = plan_removal(facts_, {.force = true});
    EXPECT_FALSE(plan.fates[0].is_deregistered);
    EXPECT_THAT(plan.fates[0].against, ElementsAre(HasSubstr("protected")));
    EXPECT_TRUE(plan.fates[1].is_deregistered);
    EXPECT_THAT(fates(plan.fates[1]), ElementsAre("snap-4: locked (compliance)"));
    EXPECT_DOUBLE_EQ(plan.most_gib, 0);
}

TEST_F(Removal, KeepsASharedSnapshotUnlessForced) {
    facts_.images = {own(2)};
    facts_.snapshot_shares[{"eu-west-1", "snap-4"}] = {"111122223333"};
    facts_.snapshot_shares[{"eu-west-1", "snap-1"}] = {};
    RemovalPlan plan = plan_removal(facts_, {});
    EXPECT_THAT(
        fates(plan.fates[0]),
        ElementsAre("snap-4: shared with 111122223333 (-force deletes it nevertheless)")
    );
    plan = plan_removal(facts_, {.force = true});
    EXPECT_THAT(fates(plan.fates[0]), ElementsAre("snap-4 deleted"));
    EXPECT_THAT(plan.fates[0].snapshots[0].remarks, ElementsAre("shared with 111122223333"));
}

TEST_F(Removal, OfASnapshotAloneLeavesThoseOfImages) {
    inventory_.regions[0].snapshots.push_back(make_snapshot("snap-5"));
    const auto removals = plan_snapshot_removal(
        facts_, {{"eu-west-1", "snap-1"}, {"eu-west-1", "snap-5"}}, {.force = true}
    );
    ASSERT_EQ(removals.size(), 2u);
    EXPECT_FALSE(removals[0].fate.is_deleted);
    EXPECT_EQ(removals[0].fate.kept_since, "ami-1 (one) maps it too");
    EXPECT_TRUE(removals[1].fate.is_deleted);
    EXPECT_THAT(plan_removal(facts_, {}).fates, IsEmpty());
}

}  // namespace
}  // namespace kiln::image
