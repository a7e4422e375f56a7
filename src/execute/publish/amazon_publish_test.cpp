#include "execute/publish/amazon_publish.hpp"

#include <gmock/gmock.h>

namespace kiln::exec {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(AmazonPublish, TakesEachDiskOfAnArtifactOnce) {
    EXPECT_THAT(
        disks_among({"out/node.qcow2", "out/node.raw", "out/node.raw.spdx.json", "out/node.tar"}),
        ElementsAre("out/node.raw")
    );
    EXPECT_THAT(
        disks_among({"out/root.vhd", "out/root.vmdk", "out/data.qcow2"}),
        ElementsAre("out/root.vmdk", "out/data.qcow2")
    );
    // What builder qemu calls its disks, and the variables of the firmware beside them.
    EXPECT_THAT(
        disks_among({"out/packer-x", "out/packer-x-1", "out/efivars.fd"}),
        ElementsAre("out/packer-x", "out/packer-x-1")
    );
    EXPECT_THAT(disks_among({"out/node.tar.gz", "SHA256SUMS.txt"}), IsEmpty());
}

}  // namespace
}  // namespace kiln::exec
