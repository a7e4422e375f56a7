#include "node/interfaces.hpp"

#include "node/testing/tree_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kiln::node {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const std::string kFolder = "/sys/bus/pci/devices/0000:00:06.0/";

TEST(Interfaces, ThoseOfADeviceThatWasGivenAwayAreRemembered) {
    TreeFixture node;
    node.put(kFolder + "vendor", "0x1af4\n");
    node.put(kFolder + "device", "0x1041\n");
    node.put(kFolder + "virtio3/net/eth1/x", "");
    node.put("/sys/class/net/eth1/address", "0a:00:00:00:00:01\n");
    node.put("/sys/class/net/eth1/operstate", "up\n");
    const InterfaceFacts up{"eth1", "0a:00:00:00:00:01", "up"};
    EXPECT_THAT(read_interfaces(node.tree, "0000:00:06.0"), ElementsAre(up));

    remember_interfaces(node.tree, "0000:00:06.0");
    std::filesystem::remove_all(node.tree.at(kFolder + "virtio3"));
    const InterfaceFacts away{"eth1", "0a:00:00:00:00:01", "given away"};
    EXPECT_THAT(read_interfaces(node.tree, "0000:00:06.0"), ElementsAre(away));
    remember_interfaces(node.tree, "0000:00:06.0");
    EXPECT_THAT(read_interfaces(node.tree, "0000:00:06.0"), ElementsAre(away))
        << "what it had is not forgotten by binding it again";

    node.put(kFolder + "device", "0x1042\n");
    EXPECT_THAT(read_interfaces(node.tree, "0000:00:06.0"), IsEmpty()) << "another device";
    EXPECT_THAT(read_interfaces(node.tree, "0000:00:07.0"), IsEmpty());
}

}  // namespace
}  // namespace kiln::node
