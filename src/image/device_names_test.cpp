#include "image/device_names.hpp"

#include <gmock/gmock.h>

namespace kiln::image {
namespace {

TEST(DeviceNames, AreThoseOfTheUserGuide) {
    for (const char* name : {"/dev/sdb", "/dev/sdz", "/dev/xvdf", "/dev/xvdba", "/dev/xvddz"}) {
        EXPECT_TRUE(is_device_name(name)) << name;
    }
    for (const char* name :
         {"",
          "sdf",
          "/dev/sd",
          "/dev/sdf1",
          "/dev/sdaa",
          "/dev/xvdea",
          "/dev/nvme1n1",
          "/dev/SDF"}) {
        EXPECT_FALSE(is_device_name(name)) << name;
    }
}

TEST(DeviceNames, OfOneDiskAreOne) {
    EXPECT_TRUE(are_one_device("/dev/sdf", "/dev/xvdf"));
    EXPECT_TRUE(are_one_device("/dev/sda1", "/dev/xvda"));
    EXPECT_FALSE(are_one_device("/dev/sdf", "/dev/sdg"));
    EXPECT_FALSE(are_one_device("/dev/xvdb", "/dev/xvdba"));
}

TEST(DeviceNames, AreChosenInTheirOrder) {
    EXPECT_EQ(free_device_name({}), "/dev/sdf");
    EXPECT_EQ(free_device_name({"/dev/sda1", "/dev/xvdf", "/dev/sdg"}), "/dev/sdh");
    std::vector<std::string> all;
    for (char letter = 'f'; letter <= 'p'; ++letter) {
        EXPECT_NE(free_device_name(all), std::nullopt);
        all.push_back(std::string("/dev/sd") + letter);
    }
    EXPECT_EQ(free_device_name(all), std::nullopt);
}

}  // namespace
}  // namespace kiln::image
