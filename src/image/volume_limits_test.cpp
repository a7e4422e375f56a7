#include "image/volume_limits.hpp"

#include <gmock/gmock.h>

namespace kiln::image {
namespace {

using ::testing::HasSubstr;

TEST(VolumeLimits, TakeWhatEbsMakes) {
    const VolumeShape shapes[] = {
        {"gp3", 1, {}, {}},
        {"gp3", 65536, 80000, 2000},
        {"gp3", 1, 3000, 750},
        {"gp3", 0, 16000, {}},
        {"gp2", 16384, {}, {}},
        {"io1", 4, 200, {}},
        {"io2", 256, 256000, {}},
        {"st1", 125, {}, {}},
        {"standard", 1024, {}, {}},
    };
    for (const VolumeShape& shape : shapes) {
        EXPECT_EQ(volume_mistake(shape), "") << shape.type << " " << shape.size_gib;
    }
}

TEST(VolumeLimits, NameWhatIsWrong) {
    struct Case {
        VolumeShape shape;
        const char* text;
    };
    const Case cases[] = {
        {{"gp4", 1, {}, {}}, "\"gp4\" is no type of volume: they are gp3, gp2"},
        {{"gp3", 65537, {}, {}}, "must be between 1 and 65536, found 65537"},
        {{"gp3", -1, {}, {}}, "must be between 1 and 65536, found -1"},
        {{"st1", 124, {}, {}}, "the size of st1 in GiB must be between 125 and 16384"},
        {{"standard", 1025, {}, {}}, "found 1025"},
        {{"gp3", 10, 2999, {}}, "iops of gp3 must be between 3000 and 80000, found 2999"},
        {{"gp3", 10, 5001, {}}, "5001 iops are too many for 10 GiB of gp3: at most 5000"},
        {{"io1", 10, 501, {}}, "at most 500"},
        {{"io2", 10, {}, {}}, "io2 volumes need iops"},
        {{"gp2", 10, 3000, {}}, "iops are of gp3, io1 and io2 volumes only"},
        {{"io2", 10, 3000, 200}, "throughput is of gp3 volumes only"},
        {{"gp3", 10, {}, 124}, "throughput of gp3 must be between 125 and 2000"},
        {{"gp3", 10, {}, 751}, "a throughput of 751 needs at least 3004 iops, and it has 3000"},
    };
    for (const Case& one : cases) {
        EXPECT_THAT(volume_mistake(one.shape), HasSubstr(one.text));
    }
}

}  // namespace
}  // namespace kiln::image
