#include "node/sriov_config.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kiln::node {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const std::vector<SriovDevice> kDevices = {
    {"0000:00:06.0", "1d0f", "ec20", "vfio-pci", "", 0},
    {"0000:00:07.0", "1d0f", "ec20", "vfio-pci", "", 1},
};

// Written by the sample's dpdk-resource-builder.py for one device (dpdk-setup-eks 1b5d2c7).
constexpr const char* kSample = R"({
    "resourceList": [
        {
            "resourceName": "intel_sriov_netdevice_1",
            "selectors": {
                "vendors": [
                    "1d0f"
                ],
                "devices": [
                    "ec20"
                ],
                "drivers": [
                    "ena",
                    "igb_uio",
                    "vfio-pci"
                ],
                "pciAddresses": [
                    "0000:00:06.0"
                ]
            }
        }
    ]
})";

TEST(AwsSampleResources, AreTheSamplesBytes) {
    EXPECT_EQ(print_sriov_config(aws_sample_resources({kDevices[0]})), kSample);
    EXPECT_EQ(print_sriov_config({}), "{\n    \"resourceList\": []\n}");
}

std::vector<std::string> names(const std::vector<SriovResource>& resources) {
    std::vector<std::string> all;
    for (const SriovResource& resource : resources) {
        all.push_back(resource.name);
    }
    return all;
}

TEST(SriovResources, AreNamedByPlacePoolOrNode) {
    EXPECT_THAT(
        names(sriov_resources(kDevices, SriovNaming::per_nic, "dpdk")),
        ElementsAre("dpdk_1", "dpdk_2")
    );
    EXPECT_THAT(
        names(sriov_resources(kDevices, SriovNaming::by_numa, "dpdk")),
        ElementsAre("dpdk_numa0", "dpdk_numa1")
    );
    const auto pool = sriov_resources(kDevices, SriovNaming::pool, "dpdk");
    ASSERT_EQ(pool.size(), 1U);
    EXPECT_THAT(pool[0].selectors[0].pci_addresses, ElementsAre("0000:00:06.0", "0000:00:07.0"));
    EXPECT_THAT(pool[0].selectors[0].drivers, ElementsAre("vfio-pci"));
}

TEST(SriovResources, AGapKeepsTheNamesOfTheOthers) {
    std::vector<SriovDevice> devices = kDevices;
    devices[0].resource = "uplink";
    EXPECT_THAT(
        names(sriov_resources(devices, SriovNaming::per_nic, "dpdk")),
        ElementsAre("uplink", "dpdk_2")
    );
}

TEST(PrintSriovConfig, WritesTheWholeSchema) {
    SriovResource resource{
        .name = "all",
        .prefix = "example.org",
        .device_type = "netDevice",
        .exclude_topology = true,
        .selectors = {{.acpi_indexes = {"101"}, .is_rdma = true}, {.vdpa_type = "vhost"}},
        .additional_info = {{"*", {{"token", "x"}}}}};
    EXPECT_EQ(print_sriov_config({resource}), R"({
    "resourceList": [
        {
            "resourceName": "all",
            "resourcePrefix": "example.org",
            "deviceType": "netDevice",
            "excludeTopology": true,
            "selectors": [
                {
                    "acpiIndexes": [
                        "101"
                    ],
                    "isRdma": true
                },
                {
                    "vdpaType": "vhost"
                }
            ],
            "additionalInfo": {
                "*": {
                    "token": "x"
                }
            }
        }
    ]
})");
}

TEST(SriovMistakes, AreFoundBeforeThePluginDiesOfThem) {
    EXPECT_THAT(sriov_mistakes(sriov_resources(kDevices, SriovNaming::per_nic, "a")), IsEmpty());
    const std::vector<SriovResource> wrong = {
        {.name = "a-b", .selectors = {{.vendors = {"0x1d0f"}, .pci_addresses = {"00:06.0"}}}},
        {.name = "twice", .selectors = {{.pci_addresses = {"0000:00:06.0"}}}},
        {.name = "twice", .selectors = {{.pci_addresses = {"0000:00:06.0"}}}},
        {.name = "bare"},
        {.name = "both", .selectors = {{.is_rdma = true, .vdpa_type = "x"}}},
    };
    EXPECT_THAT(
        sriov_mistakes(wrong),
        ElementsAre(
            "\"a-b\" is no resource name; expected up to 63 letters, digits and underscores",
            "resource a-b: \"0x1d0f\" is no vendor or device id; expected four lower-case hex "
            "digits",
            "resource a-b: \"00:06.0\" is no PCI address; expected the full form 0000:00:06.0",
            "resource twice is there twice",
            "0000:00:06.0 is in more than one resource",
            "resource bare has no selectors; the plugin ends when they are missing",
            "resource both: isRdma and vdpaType exclude each other",
            "resource both: vdpaType is virtio or vhost"
        )
    );
}

}  // namespace
}  // namespace kiln::node
