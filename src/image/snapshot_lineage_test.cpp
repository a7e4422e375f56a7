#include "image/snapshot_lineage.hpp"

#include "image/testing/account.hpp"

#include <gmock/gmock.h>

namespace kiln::image {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

aws::ec2::Snapshot at(
    const std::string& time,
    const std::string& id,
    const std::string& volume = "vol-ffffffff",
    aws::ec2::Tags tags = {}
) {
    aws::ec2::Snapshot snapshot = testing::make_snapshot(id, "", volume, std::move(tags));
    snapshot.start_time = time;
    return snapshot;
}

std::vector<std::string> before(const Inventory& inventory, const std::string& id) {
    std::vector<std::string> ids;
    const Predecessors found = predecessors_of(inventory);
    for (const aws::ec2::Snapshot* one : found.at({"us-east-1", id})) {
        ids.push_back(one->id);
    }
    return ids;
}

Inventory of(std::vector<aws::ec2::Image> images, std::vector<aws::ec2::Snapshot> snapshots) {
    return testing::make_inventory({{"us-east-1", std::move(images), std::move(snapshots)}});
}

TEST(SnapshotLineage, IsThatOfTheVolume) {
    Inventory inventory =
        of({},
           {at("1", "snap-a", "vol-1"),
            at("2", "snap-other", "vol-2"),
            at("3", "snap-b", "vol-1"),
            at("4", "snap-failed", "vol-1"),
            at("5", "snap-c", "vol-1"),
            at("6", "snap-alone")});
    inventory.regions[0].snapshots[3].state = "error";
    EXPECT_THAT(before(inventory, "snap-a"), IsEmpty());
    EXPECT_THAT(before(inventory, "snap-b"), ElementsAre("snap-a"));
    EXPECT_THAT(before(inventory, "snap-c"), ElementsAre("snap-b"));
    EXPECT_THAT(before(inventory, "snap-alone"), IsEmpty()) << "that volume is nobody's";
}

TEST(SnapshotLineage, IsThatOfKilnsTags) {
    const aws::ec2::Tags root = {{"kiln:lineage", "node"}};
    const Inventory inventory =
        of({},
           {at("1", "snap-a", "vol-ffffffff", root),
            at("2", "snap-b", "vol-ffffffff", root),
            at("3",
               "snap-c",
               "vol-ffffffff",
               {{"kiln:lineage", "node"}, {"kiln:parent-snapshot", "snap-a"}}),
            at("4",
               "snap-d",
               "vol-ffffffff",
               {{"kiln:lineage", "node"}, {"kiln:parent-snapshot", "snap-gone"}})});
    EXPECT_THAT(before(inventory, "snap-c"), ElementsAre("snap-a", "snap-b"));
    EXPECT_THAT(before(inventory, "snap-d"), ElementsAre("snap-c")) << "its parent is gone";
}

TEST(SnapshotLineage, IsThatOfTheImages) {
    aws::ec2::Image base = testing::make_image("ami-base", "base", "1", {"snap-base"});
    aws::ec2::Image first = testing::make_image("ami-1", "node-1", "2", {"snap-1", "snap-1-data"});
    aws::ec2::Image second = testing::make_image("ami-2", "node-2", "3", {"snap-2", "snap-2-data"});
    second.source_image_id = "ami-base";
    second.source_instance_id = "i-1";
    const Inventory inventory =
        of({base, first, second},
           {at("1", "snap-base"),
            at("2", "snap-1"),
            at("2", "snap-1-data"),
            at("3", "snap-2"),
            at("3", "snap-2-data")});
    EXPECT_THAT(before(inventory, "snap-1"), IsEmpty()) << "base is another lineage";
    EXPECT_THAT(before(inventory, "snap-2"), ElementsAre("snap-base", "snap-1"));
    EXPECT_THAT(before(inventory, "snap-2-data"), ElementsAre("snap-1-data"));
}

TEST(SnapshotLineage, NeverGoesRoundInACircle) {
    const Inventory inventory =
        of({},
           {at("1", "snap-a", "vol-1", {{"kiln:parent-snapshot", "snap-b"}}),
            at("2", "snap-b", "vol-1", {{"kiln:parent-snapshot", "snap-b"}})});
    EXPECT_THAT(before(inventory, "snap-a"), IsEmpty());
    EXPECT_THAT(before(inventory, "snap-b"), ElementsAre("snap-a"));
}

}  // namespace
}  // namespace kiln::image
