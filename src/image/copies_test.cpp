#include "image/copies.hpp"

#include "base/error.hpp"
#include "image/testing/account.hpp"

#include <gmock/gmock.h>

namespace kiln::image {
namespace {

using ::testing::ElementsAre;
using testing::make_image;

std::vector<std::string> ids_of(const CopyGroup& group) {
    std::vector<std::string> ids;
    for (const OwnImage& own : group) {
        ids.push_back(own.image->id);
    }
    return ids;
}

aws::ec2::Image copy_of(aws::ec2::Image image, const std::string& region, const std::string& id) {
    image.source_image_region = region;
    image.source_image_id = id;
    return image;
}

TEST(Copies, AreWhatCopyImageMadeElsewhere) {
    const aws::ec2::Image first = make_image("ami-1", "n", "2026-01-01", {"snap-1"});
    const aws::ec2::Image there =
        copy_of(make_image("ami-2", "other-name", "2026-01-02", {}), "us-east-1", "ami-1");
    const aws::ec2::Image further =
        copy_of(make_image("ami-3", "n", "2026-01-03", {}), "eu-west-1", "ami-2");
    // Made of an instance of it, in its region and (by id alone) in another: images of their own.
    aws::ec2::Image child =
        copy_of(make_image("ami-4", "child", "2026-02-01", {}), "us-east-1", "ami-1");
    child.source_instance_id = "i-1";
    const aws::ec2::Image same_region =
        copy_of(make_image("ami-5", "encrypted", "2026-02-02", {}), "us-east-1", "ami-1");
    const aws::ec2::Image of_others =
        copy_of(make_image("ami-6", "n", "2026-02-03", {}), "us-east-1", "ami-of-others");
    const Inventory inventory = testing::make_inventory(
        {{"eu-west-1", {there, of_others}, {}},
         {"us-east-1", {first, child, same_region}, {}},
         {"us-west-2", {further}, {}}}
    );
    const auto groups = copy_groups(inventory);
    EXPECT_EQ(groups.size(), 4u);
    const OwnImage middle{"eu-west-1", &inventory.regions[0].images[0]};
    EXPECT_THAT(ids_of(copies_of(groups, middle)), ElementsAre("ami-1", "ami-2", "ami-3"));
    const OwnImage lonely{"us-east-1", &inventory.regions[1].images[1]};
    EXPECT_THAT(ids_of(copies_of(groups, lonely)), ElementsAre("ami-4"));
}

TEST(Copies, AreWhatOneRunMadeUnderOneName) {
    const aws::ec2::Tags run = {{"kiln:run", "r"}};
    const Inventory inventory = testing::make_inventory(
        {{"eu-west-1",
          {make_image("ami-1", "n", "2026-01-01", {}, run),
           make_image("ami-2", "second-build", "2026-01-01", {}, run)},
          {}},
         {"us-east-1",
          {make_image("ami-3", "n", "2026-01-02", {}, run),
           make_image("ami-4", "n", "2026-01-02", {}, {{"kiln:run", "another"}})},
          {}}}
    );
    const auto groups = copy_groups(inventory);
    EXPECT_EQ(groups.size(), 3u);
    const OwnImage first{"eu-west-1", &inventory.regions[0].images[0]};
    EXPECT_THAT(ids_of(copies_of(groups, first)), ElementsAre("ami-1", "ami-3"));
}

TEST(NamedImages, AreFoundByIdAndByNameInEveryRegion) {
    const Inventory inventory = testing::make_inventory(
        {{"eu-west-1", {make_image("ami-1", "node", "", {})}, {}},
         {"us-east-1", {make_image("ami-2", "node", "", {})}, {}}}
    );
    EXPECT_THAT(ids_of(find_images(inventory, {"node"})), ElementsAre("ami-1", "ami-2"));
    EXPECT_THAT(ids_of(find_images(inventory, {"ami-2", "node"})), ElementsAre("ami-2", "ami-1"));
    EXPECT_THAT(ids_of(find_images(inventory, {"us-east-1:ami-2"})), ElementsAre("ami-2"));
    try {
        find_images(inventory, {"nods"});
        ADD_FAILURE() << "no error";
    } catch (const Error& error) {
        EXPECT_EQ(error.message(), "account 123456789012 has no AMI \"nods\" in 2 regions");
        EXPECT_EQ(error.hint(), "did you mean \"node\"?");
    }
}

}  // namespace
}  // namespace kiln::image
