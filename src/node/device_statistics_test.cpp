#include "node/device_statistics.hpp"

#include <cstdio>
#include <cstdlib>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

namespace kiln::node {
namespace {

TEST(ReadDeviceStatistics, IsEmptyWhereNothingIsCounted) {
    EXPECT_THAT(read_device_statistics("lo"), testing::IsEmpty());
    EXPECT_THAT(read_device_statistics("no-such-interface-here"), testing::IsEmpty());
}

// veth names its peer among its counters. In a network namespace that ends with the child.
TEST(ReadDeviceStatistics, GivesTheDriversCountersByName) {
    constexpr int kCannot = 77;
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        if (::unshare(CLONE_NEWNET) != 0 ||
            std::system("ip link add name kiln0 type veth peer name kiln1 2>/dev/null") != 0) {
            ::_exit(kCannot);
        }
        const DeviceStatistics statistics = read_device_statistics("kiln0");
        const auto peer = statistics.find("peer_ifindex");
        ::_exit(peer != statistics.end() && peer->second > 0 ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    // The unit tests run without root as well, and then nothing may make a namespace or a veth;
    // every counter of a machine that is there without them depends on the machine.
    if (WIFEXITED(status) && WEXITSTATUS(status) == kCannot) {
        GTEST_SKIP() << "no right to make a network namespace, or no ip";
    }
    EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace kiln::node
