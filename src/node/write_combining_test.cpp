#include "node/write_combining.hpp"

#include "node/testing/tree_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kiln::node {
namespace {

using testing::HasSubstr;

constexpr const char* kAddress = "0000:00:06.0";

// ENA: registers in BAR 0, the device's own queues in BAR 2, which may be prefetched.
constexpr const char* kResource =
    "0x00000000febf8000 0x00000000febfbfff 0x0000000000040200\n"
    "0x0000000000000000 0x0000000000000000 0x0000000000000000\n"
    "0x00000000fe800000 0x00000000fe8fffff 0x0000000000042208\n";

TEST(WriteCombining, IsSeenInModprobeD) {
    TreeFixture node;
    EXPECT_THAT(write_combining(node.tree, kAddress, "igb_uio").found, HasSubstr("wc_activate=1"));
    EXPECT_FALSE(write_combining(node.tree, kAddress, "igb_uio").combines);
    node.put("/etc/modprobe.d/x.conf", "options igb_uio wc_activate=1\n");
    EXPECT_TRUE(write_combining(node.tree, kAddress, "igb_uio").combines);
    EXPECT_THAT(write_combining(node.tree, kAddress, "vfio-pci").found, HasSubstr("patched"));
}

TEST(WriteCombining, IsSeenInWhatTheDriverSaid) {
    TreeFixture node;
    node.put("/dev/kmsg", "6,700,1000,-;igb_uio: wc_activate is set\n");
    const WriteCombining found = write_combining(node.tree, kAddress, "igb_uio");
    EXPECT_TRUE(found.combines);
    EXPECT_EQ(found.source, "/dev/kmsg");
}

TEST(WriteCombining, TheMappingItselfHasTheLastWord) {
    TreeFixture node;
    node.put("/etc/modprobe.d/x.conf", "options igb_uio wc_activate=1\n");
    node.put(std::string("/sys/bus/pci/devices/") + kAddress + "/resource", kResource);
    node.put(
        "/sys/kernel/debug/x86/pat_memtype_list",
        "PAT memtype list:\n"
        "PAT: [mem 0x00000000febf8000-0x00000000febfc000] write-combining\n"
        "PAT: [mem 0x00000000fe800000-0x00000000fe900000] uncached-minus\n"
    );
    EXPECT_FALSE(write_combining(node.tree, kAddress, "igb_uio").combines);
    node.put(
        "/sys/kernel/debug/x86/pat_memtype_list",
        "PAT memtype list:\n"
        "PAT: [mem 0x00000000fe800000-0x00000000fe900000] write-combining\n"
    );
    const WriteCombining patched = write_combining(node.tree, kAddress, "vfio-pci");
    EXPECT_TRUE(patched.combines);
    EXPECT_EQ(patched.found, "mapped write-combining");
}

}  // namespace
}  // namespace kiln::node
