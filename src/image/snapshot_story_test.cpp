#include "image/snapshot_story.hpp"

#include "image/testing/account.hpp"

#include <gmock/gmock.h>

namespace kiln::image {
namespace {

using ::testing::ElementsAre;
using testing::make_image;
using testing::make_snapshot;
using Purpose = SnapshotPurpose;

struct StoryCase {
    const char* name;
    aws::ec2::Snapshot snapshot;
    Purpose purpose;
    std::string why;
};

TEST(SnapshotStory, TellsWhatEachIsFor) {
    auto failed = make_snapshot("snap-f", "");
    failed.state = "error";
    failed.state_message = "no key";
    const StoryCase cases[] = {
        {"mapped by two, and its description lies",
         make_snapshot("snap-1", "Created by CreateImage(i-1) for ami-0dead0dead0dead00"),
         Purpose::of_image,
         "mapped by ami-a (one), ami-b (two)"},
        {"mapped, and its description says nothing",
         make_snapshot("snap-2", "backup", "vol-1"),
         Purpose::of_image,
         "mapped by ami-a (one)"},
        {"of an image that is gone, by its description",
         make_snapshot("snap-3", "Created by CreateImage(i-1) for ami-0dead0dead0dead00"),
         Purpose::orphan,
         "its description tells of ami-0dead0dead0dead00, which is gone"},
        {"a description of an image that is there and does not have it",
         make_snapshot("snap-4", "for ami-0123456789abcdef0"),
         Purpose::orphan,
         "its description tells of ami-0123456789abcdef0, which does not map it"},
        {"a useless description, and this host remembers",
         make_snapshot("snap-5", "x"),
         Purpose::orphan,
         "it was of ami-old (old), which is gone"},
        {"a useless description, and a tag tells",
         make_snapshot("snap-6", "x", "vol-9", {{"kiln:run", "r"}}),
         Purpose::orphan,
         "run r of kiln made it, and no AMI maps it"},
        {"of a build that did not end",
         make_snapshot("snap-7", "x", "vol-9", {{"kiln:run", "r"}, {"kiln:role", "temporary"}}),
         Purpose::orphan,
         "run r of kiln made it for a while (kiln sweep)"},
        {"never whole", failed, Purpose::orphan, "it never was whole: no key"},
        {"a sibling of an image's",
         make_snapshot("snap-8", "x", "vol-1"),
         Purpose::standalone,
         "nothing tells of an AMI; of the same volume as snap-2, which is of ami-a (one)"},
        {"a backup",
         make_snapshot("snap-9", "nightly", "vol-7"),
         Purpose::standalone,
         "nothing tells of an AMI; of volume vol-7"},
        {"uploaded", make_snapshot("snap-10"), Purpose::standalone, "nothing tells of an AMI"},
    };
    RegionHoldings holdings{
        "eu-west-1",
        {make_image("ami-a", "one", "", {"snap-1", "snap-2"}),
         make_image("ami-b", "two", "", {"snap-1"}),
         make_image("ami-0123456789abcdef0", "three", "", {})},
        {}};
    for (const StoryCase& c : cases) {
        holdings.snapshots.push_back(c.snapshot);
    }
    const Inventory inventory = testing::make_inventory({holdings});
    const auto stories = snapshot_stories(inventory, {{{"eu-west-1", "snap-5"}, "ami-old (old)"}});
    ASSERT_EQ(stories.size(), std::size(cases));
    for (std::size_t i = 0; i < stories.size(); ++i) {
        SCOPED_TRACE(cases[i].name);
        EXPECT_EQ(stories[i].purpose, cases[i].purpose);
        EXPECT_EQ(stories[i].why, cases[i].why);
    }
}

TEST(ImageIds, AreFoundInText) {
    EXPECT_THAT(
        image_ids_in(
            "Copied for DestinationAmi ami-0123456789abcdef0 from SourceAmi ami-12345678 for ami-x"
        ),
        ElementsAre("ami-0123456789abcdef0", "ami-12345678")
    );
    EXPECT_THAT(image_ids_in("no ami- here"), ElementsAre());
}

}  // namespace
}  // namespace kiln::image
