#include "node/routes.hpp"

#include "node/testing/tree_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kiln::node {
namespace {

using testing::ElementsAre;

constexpr const char* kHead = "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\n";

TEST(DefaultRoute, IsFoundInBothFamilies) {
    TreeFixture node;
    node.put(
            "/proc/net/route",
            std::string(kHead) +
                "eth1\t0000000A\t0\t1\t0\t0\t0\t000000FF\n"
                "bond0\t00000000\t0100000A\t3\t0\t0\t0\t00000000\n"
    )
        .put(
            "/proc/net/ipv6_route",
            std::string(32, '0') + " 00 " + std::string(32, '0') + " 00 fe80 1 1 1 1     eth2\n" +
                std::string(32, '0') + " 00 " + std::string(32, '0') + " 00 0 1 1 1 1       lo\n"
        );
    EXPECT_THAT(default_route_interfaces(node.tree), ElementsAre("bond0", "eth2"));
}

TEST(CarriedBy, LooksBelowBondsAndBehindBridges) {
    TreeFixture node;
    const std::string nic = "/sys/devices/pci0000:00/0000:00:03.0/0000:02:00.1/";
    node.put(
            "/proc/net/route",
            std::string(kHead) + "bond0\t00000000\t0100000A\t3\t0\t0\t0\t00000000\n"
    )
        .put(nic + "virtio0/net/eth3/mtu", "1500\n")
        .link(
            "/sys/class/net/eth3",
            "../../devices/pci0000:00/0000:00:03.0/0000:02:00.1/virtio0/net/eth3"
        )
        .put("/sys/devices/virtual/net/bond0/lower_eth3", "")
        .link("/sys/class/net/bond0", "../../devices/virtual/net/bond0");
    EXPECT_EQ(carried_by(node.tree, "0000:02:00.1"), "the default route (bond0)");
    EXPECT_EQ(carried_by(node.tree, "0000:00:03.0"), "") << "the bridge before it";
}

}  // namespace
}  // namespace kiln::node
