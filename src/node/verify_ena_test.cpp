#include "node/testing/tree_fixture.hpp"
#include "node/verify.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kiln::node {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// One ENA that the kernel drives, and one that user space has.
class VerifyEnaTest : public testing::Test {
protected:
    VerifyEnaTest() {
        const std::string devices = "/sys/bus/pci/devices/";
        node.put(devices + "0000:00:05.0/vendor", "0x1d0f\n")
            .put(devices + "0000:00:05.0/net/ens5/address", "0a:00:00:00:00:01\n")
            .link(devices + "0000:00:05.0/driver", "../../drivers/ena")
            .put(devices + "0000:00:06.0/vendor", "0x1d0f\n")
            .link(devices + "0000:00:06.0/driver", "../../drivers/vfio-pci");
    }

    std::vector<std::string> look(const DeviceStatistics& statistics) {
        Checks checks;
        check_ena(
            node.tree,
            [&](const std::string& interface) {
                return interface == "ens5" ? statistics : DeviceStatistics();
            },
            checks
        );
        std::vector<std::string> lines;
        for (const CheckResult& one : checks.results) {
            lines.push_back(name_of(one.status) + " " + one.id + ": " + one.found);
        }
        return lines;
    }

    TreeFixture node;
};

TEST_F(VerifyEnaTest, TellsWhatTheInstancesLimitsTookAway) {
    EXPECT_THAT(
        look(
            {{"bw_in_allowance_exceeded", 0},
             {"pps_allowance_exceeded", 7},
             {"queue_0_tx_cnt", 99},
             {"conntrack_allowance_exceeded", 2}}
        ),
        ElementsAre(
            "pass ena.llq.0000:00:05.0: no fallback to host memory",
            "info ena.limits.ens5: conntrack_allowance_exceeded 2, pps_allowance_exceeded 7 (the "
            "instance's limits, not tuning)"
        )
    );
    EXPECT_THAT(
        look({{"pps_allowance_exceeded", 0}}),
        testing::Contains("info ena.limits.ens5: no allowance exceeded (the instance's limits, not "
                          "tuning)")
    );
}

TEST_F(VerifyEnaTest, WarnsOfPacketsInHostMemory) {
    node.put(
        "/dev/kmsg",
        "4,1,0,-;ena 0000:00:05.0: LLQ is not supported Fallback to host mode policy.\n"
    );
    EXPECT_THAT(
        look({}),
        ElementsAre("warn ena.llq.0000:00:05.0: ena 0000:00:05.0: LLQ is not supported Fallback to "
                    "host mode policy.")
    );
}

TEST_F(VerifyEnaTest, TellsTheHeaderSize) {
    const std::string path = "/sys/module/ena/parameters/force_large_llq_header";
    const std::pair<const char*, const char*> cases[] = {
        {"0\n", "info ena.large_llq: headers up to 96 bytes"},
        {"1\n",
         "info ena.large_llq: headers up to 224 bytes, and half as many transmit descriptors"},
        {"2\n", "info ena.large_llq: as the device recommends"}};
    for (const auto& [value, want] : cases) {
        node.put(path, value);
        EXPECT_THAT(look({}), testing::Contains(want));
    }
}

TEST(VerifyEna, SaysNothingOfMachinesWithoutOne) {
    Checks checks;
    check_ena(
        TreeFixture().tree, [](const std::string&) { return DeviceStatistics(); }, checks
    );
    EXPECT_THAT(checks.results, IsEmpty());
}

}  // namespace
}  // namespace kiln::node
