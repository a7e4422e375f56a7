#include "image/image_costs.hpp"

#include "base/error.hpp"
#include "image/testing/account.hpp"

#include <gmock/gmock.h>

namespace kiln::image {
namespace {

using ::testing::DoubleEq;
using ::testing::ElementsAre;
using ::testing::Field;

/// Two releases that share a snapshot, one of another lineage in another region, and a backup.
class ImageCosts : public ::testing::Test {
protected:
    ImageCosts() {
        inventory_ = testing::make_inventory(
            {{"eu-west-1",
              {testing::make_image("ami-e", "web", "2", {"snap-e"}, {{"team", "web"}})},
              {testing::make_snapshot("snap-e")}},
             {"us-east-1",
              {testing::make_image("ami-1", "node-1", "1", {"snap-1", "snap-data"}),
               testing::make_image(
                   "ami-2", "node-2", "3", {"snap-2", "snap-data"}, {{"team", "n"}}
               )},
              {testing::make_snapshot("snap-1"),
               testing::make_snapshot("snap-2"),
               testing::make_snapshot("snap-backup", "", "vol-1", {{"team", "n"}}),
               testing::make_snapshot("snap-data")}}}
        );
        facts_.inventory = &inventory_;
        facts_.images = all_images(inventory_);
        facts_.is_all = true;
        facts_.prices = {
            {"eu-west-1", {{0.06, false}, {0.01, false}}},
            {"us-east-1", {{0.05, true}, {0.01, true}}}};
        store("us-east-1", "snap-1", 2, Certainty::exact);
        store("us-east-1", "snap-2", 1, Certainty::exact);
        store("us-east-1", "snap-data", 4, Certainty::exact);
        store("us-east-1", "snap-backup", 8, Certainty::at_most);
        store("eu-west-1", "snap-e", 3, Certainty::exact);
    }

    void store(const char* region, const char* id, double gib, Certainty certainty) {
        facts_.stored[{region, id}] = {gib, certainty, "", ""};
    }

    std::vector<std::string> rows(const std::string& by) const {
        std::vector<std::string> rows;
        for (const CostGroup& one :
             group_costs(facts_, snapshot_costs(facts_), parse_cost_grouping(by))) {
            rows.push_back(
                one.name + " " + std::to_string(one.images) + " " + std::to_string(one.snapshots) +
                " " + std::to_string(one.shared) + " " + std::to_string(static_cast<int>(one.gib)) +
                " " + to_string(one.certainty)
            );
        }
        return rows;
    }

    Inventory inventory_;
    CostFacts facts_;
};

TEST_F(ImageCosts, AreCountedWithTheOldestImageOnce) {
    EXPECT_THAT(
        rows("image"),
        ElementsAre(
            "(no AMI) 0 1 0 8 at most",
            "node-1 1 2 0 6 exact",
            "web 1 1 0 3 estimate",
            "node-2 1 1 1 1 exact"
        )
    );
}

TEST_F(ImageCosts, AreSummedUpByLineageRegionAndTag) {
    EXPECT_THAT(
        rows("lineage"),
        ElementsAre("(no AMI) 0 1 0 8 at most", "node-# 2 3 0 7 exact", "web 1 1 0 3 estimate")
    );
    EXPECT_THAT(
        rows("region"), ElementsAre("us-east-1 2 4 0 15 at most", "eu-west-1 1 1 0 3 estimate")
    );
    EXPECT_THAT(
        rows("tag:team"),
        ElementsAre("n 1 2 1 9 at most", "(no tag team) 1 2 0 6 exact", "web 1 1 0 3 estimate")
    );
}

TEST_F(ImageCosts, OfSomeImagesAreTheirSnapshotsAlone) {
    facts_.images = {{"us-east-1", &inventory_.regions[1].images[1]}};
    facts_.is_all = false;
    EXPECT_THAT(
        snapshots_to_count(facts_),
        ElementsAre(Place{"us-east-1", "snap-2"}, Place{"us-east-1", "snap-data"})
    );
    facts_.stored.erase({"us-east-1", "snap-1"});
    facts_.stored.erase({"us-east-1", "snap-backup"});
    facts_.stored.erase({"eu-west-1", "snap-e"});
    EXPECT_THAT(rows("image"), ElementsAre("node-2 1 2 0 5 exact"));
}

TEST_F(ImageCosts, AddUp) {
    const CostGroup total =
        total_of(group_costs(facts_, snapshot_costs(facts_), parse_cost_grouping("region")));
    EXPECT_EQ(total.snapshots, 5u);
    EXPECT_DOUBLE_EQ(total.gib, 18);
    EXPECT_DOUBLE_EQ(total.full_gib, 40);
    EXPECT_DOUBLE_EQ(total.dollars, 15 * 0.05 + 3 * 0.06);
    EXPECT_EQ(total.certainty, Certainty::at_most);
}

TEST_F(ImageCosts, OfTheArchiveHaveItsPrice) {
    inventory_.regions[0].snapshots[0].tier = "archive";
    EXPECT_THAT(snapshot_costs(facts_).front(), Field(&SnapshotCost::dollars, DoubleEq(3 * 0.01)));
}

TEST(CostGroupings, AreFour) {
    EXPECT_EQ(parse_cost_grouping("tag:a:b"), (CostGrouping{CostGrouping::Kind::tag, "a:b"}));
    for (const char* text : {"", "tag", "tag:", "images"}) {
        EXPECT_THROW(parse_cost_grouping(text), Error) << text;
    }
}

}  // namespace
}  // namespace kiln::image
