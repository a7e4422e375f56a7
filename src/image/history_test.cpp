#include "image/history.hpp"

#include "execute/aws/release_tags.hpp"

#include <gmock/gmock.h>

namespace kiln::image {
namespace {

using ::testing::ElementsAre;

ImageRecord record(
    const std::string& region,
    const std::string& id,
    const std::string& name,
    const std::string& created
) {
    ImageRecord one;
    one.account = "1";
    one.region = region;
    one.id = id;
    one.name = name;
    one.architecture = "x86_64";
    one.created = created;
    one.gib = 10;
    return one;
}

TEST(Lineages, AreTemplatesOrNamesWithoutTheirNumbers) {
    EXPECT_EQ(exec::name_without_numbers("xrd-1.33-1763000000"), "xrd-#-#");
    EXPECT_EQ(exec::name_without_numbers("node-1.2.3"), exec::name_without_numbers("node-10.4"));
    EXPECT_EQ(exec::name_without_numbers("node"), "node");
    ImageRecord one = record("r", "ami-1", "node-7", "");
    EXPECT_EQ(lineage_of(one), "node-#");
    one.notes.template_name = "nodes:amazon-ebs.node";
    EXPECT_EQ(lineage_of(one), "nodes:amazon-ebs.node");
}

TEST(Releases, GatherCopiesAndTellWhatChanged) {
    ImageRecord first = record("eu-west-1", "ami-1", "node-1", "2026-01-01T10:00:00.000Z");
    first.run = "r1";
    first.notes.author = "Ada";
    first.notes.source_image = "ami-a";
    first.notes.source_name = "base-1";
    first.removed = "2026-05-01T00:00:00Z";
    ImageRecord copy = record("us-east-1", "ami-2", "node-1", "2026-01-01T11:00:00.000Z");
    copy.run = "r1";
    copy.notes.reason = "first";
    copy.clusters = {"prod"};
    ImageRecord second = record("eu-west-1", "ami-3", "node-2", "2026-02-01T10:00:00.000Z");
    second.run = "r2";
    second.notes.source_image = "ami-b";
    second.notes.source_name = "base-2";
    ImageRecord third = record("eu-west-1", "ami-4", "node-3", "2026-03-01T10:00:00.000Z");
    third.notes.source_image = "ami-b";
    third.removed = "2026-04-01T00:00:00Z";
    ImageRecord other_kind = record("eu-west-1", "ami-5", "web-1", "2026-04-01T10:00:00.000Z");
    const auto releases = releases_of(
        {third, other_kind, second, copy, first}, {{"us-east-1", 0.05}, {"eu-west-1", 0.1}}
    );
    ASSERT_EQ(releases.size(), 4u);
    EXPECT_EQ(releases[0].name, "node-1");
    EXPECT_EQ(releases[0].created, "2026-01-01T10:00:00.000Z");
    EXPECT_EQ(releases[0].notes.author + "/" + releases[0].notes.reason, "Ada/first");
    EXPECT_EQ(releases[0].source_change, "first known source");
    EXPECT_THAT(releases[0].images, ElementsAre(Place{"us-east-1", "ami-2"}));
    EXPECT_THAT(releases[0].removed, ElementsAre(Place{"eu-west-1", "ami-1"}));
    EXPECT_EQ(releases[0].removed_at, "") << "one of them is there";
    EXPECT_DOUBLE_EQ(releases[0].dollars, 0.5);
    EXPECT_EQ(releases[1].source_change, "base-1 -> base-2, ami-a -> ami-b");
    EXPECT_EQ(releases[2].source_change, "same source");
    EXPECT_EQ(releases[2].removed_at, "2026-04-01T00:00:00Z");
    EXPECT_DOUBLE_EQ(releases[2].dollars, 0);
    EXPECT_EQ(releases[3].source_change, "");
}

TEST(Releases, OfOneFirstImageAreOneWhateverTheirNames) {
    ImageRecord first = record("eu-west-1", "ami-1", "node", "2026-01-01T10:00:00.000Z");
    first.first = "eu-west-1:ami-1";
    ImageRecord copy = record("us-east-1", "ami-2", "renamed", "2026-03-01T12:00:00.000Z");
    copy.first = first.first;
    EXPECT_EQ(releases_of({first, copy}, {}).size(), 1u);
    EXPECT_EQ(merged(copy, record("us-east-1", "ami-2", "renamed", "")).first, first.first);
}

TEST(Releases, OfOneNameAndNoRunAreApartByTheirDay) {
    const auto releases = releases_of(
        {record("eu-west-1", "ami-1", "node", "2026-01-01T10:00:00.000Z"),
         record("us-east-1", "ami-2", "node", "2026-01-01T12:00:00.000Z"),
         record("eu-west-1", "ami-3", "node", "2026-01-02T10:00:00.000Z")},
        {}
    );
    ASSERT_EQ(releases.size(), 2u);
    EXPECT_EQ(releases[0].images.size(), 2u);
}

}  // namespace
}  // namespace kiln::image
