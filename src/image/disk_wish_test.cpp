#include "image/disk_wish.hpp"

#include "base/error.hpp"

#include <gmock/gmock.h>

namespace kiln::image {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(DiskWish, IsReadWordByWord) {
    EXPECT_EQ(parse_disk("100"), (DiskWish{"100", "", {"gp3", 100, {}, {}}, "", false, false}));
    const std::string text =
        "size=200,type=gp3,iops=6000,throughput=500,device=/dev/xvdf,encrypted,keep";
    EXPECT_EQ(
        parse_disk(text), (DiskWish{text, "/dev/xvdf", {"gp3", 200, 6000, 500}, "", true, true})
    );
    const std::string other = "snapshot=snap-1,type=st1,keep=false";
    EXPECT_EQ(parse_disk(other), (DiskWish{other, "", {"st1", 0, {}, {}}, "snap-1", false, false}));
}

TEST(DiskWish, NamesTheMistakeAndTheDisk) {
    struct Case {
        const char* text;
        const char* mistake;
    };
    const Case cases[] = {
        {"", "a word of it is empty"},
        {"size=10,", "a word of it is empty"},
        {"size", "size must be a whole number above 0, found \"\""},
        {"size=10GiB", "size must be a whole number above 0, found \"10GiB\""},
        {"size=0", "found \"0\""},
        {"size=-5", "found \"-5\""},
        {"size=99999999999999999999", "found \"99999999999999999999\""},
        {"10,size=10", "\"size\" stands there twice"},
        {"type=gp3", "an empty disk needs a size"},
        {"size=10,typ=gp3", "a disk has no \"typ\""},
        {"size=10,type=", "type needs a value"},
        {"size=10,type=gp9", "\"gp9\" is no type of volume"},
        {"size=10,kms-key=alias/x", "EC2 takes no key"},
        {"size=10,encrypted=maybe", "encrypted is true or false"},
        {"size=10,device=/dev/nvme1n1", "\"/dev/nvme1n1\" is no device name of EC2"},
        {"snapshot=vol-1", "\"vol-1\" is no snapshot's id"},
        {"size=10,type=io2", "io2 volumes need iops"},
        {"size=10,iops=6000", "6000 iops are too many for 10 GiB of gp3"},
        {"snapshot=snap-1,iops=100", "iops of gp3 must be between"},
    };
    for (const Case& one : cases) {
        try {
            parse_disk(one.text);
            ADD_FAILURE() << one.text << " is taken";
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::usage);
            EXPECT_THAT(error.message(), StartsWith(std::string("-disk \"") + one.text + "\": "));
            EXPECT_THAT(error.message(), HasSubstr(one.mistake));
        }
    }
}

}  // namespace
}  // namespace kiln::image
