#include "image/image_filter.hpp"

#include "image/testing/account.hpp"

#include <gtest/gtest.h>

namespace kiln::image {
namespace {

using namespace std::chrono_literals;

TEST(ImageFilter, AsksForAllThatItNames) {
    const Time now = parse_time("2026-11-21").value();
    aws::ec2::Image image = testing::make_image(
        "ami-1", "node-7", "2026-11-01T00:00:00.000Z", {"snap-1"}, {{"env", "prod"}, {"keep", ""}}
    );
    EXPECT_TRUE(lets_through({}, image, now));
    EXPECT_TRUE(lets_through({.names = {"web-*", "node-*"}}, image, now));
    EXPECT_FALSE(lets_through({.names = {"web-*"}}, image, now));
    EXPECT_TRUE(lets_through({.tags = {"keep", "env=pr*"}}, image, now));
    EXPECT_FALSE(lets_through({.tags = {"keep", "env=test"}}, image, now)) << "all of them";
    EXPECT_FALSE(lets_through({.architectures = {"arm64"}}, image, now));
    EXPECT_TRUE(lets_through({.states = {"disabled", "available"}}, image, now));
    EXPECT_TRUE(lets_through({.older_than = 19 * 24h}, image, now));
    EXPECT_FALSE(lets_through({.older_than = 20 * 24h}, image, now));
    EXPECT_FALSE(lets_through({.made_by_kiln = true}, image, now));
    image.tags["kiln:run"] = "r";
    EXPECT_TRUE(lets_through({.made_by_kiln = true}, image, now));
    image.creation_date = "";
    EXPECT_FALSE(lets_through({.older_than = 0s}, image, now)) << "nobody knows";
}

TEST(ImageState, TellsWhatElseThereIsToSay) {
    const Time now = parse_time("2026-11-21").value();
    aws::ec2::Image image = testing::make_image("ami-1", "n", "", {});
    EXPECT_EQ(state_text(image, now), "available");
    image.deprecation_time = "2026-12-01T00:00:00.000Z";
    EXPECT_EQ(state_text(image, now), "available") << "not yet";
    image.deprecation_time = "2026-11-01T00:00:00.000Z";
    image.deregistration_protection = "enabled";
    image.is_public = true;
    EXPECT_EQ(state_text(image, now), "available, deprecated, protected, public");
}

}  // namespace
}  // namespace kiln::image
