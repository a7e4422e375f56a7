#include "node/binding.hpp"

#include "node/testing/tree_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kiln::node {
namespace {

using testing::HasSubstr;

PciFunction nic() {
    return {
        .address = "0000:00:06.0",
        .exists = true,
        .device_class = "0x020000",
        .driver = "ena",
        .iommu_group = "4"};
}

TEST(ReadPciFunction, KnowsItsGroupWithoutBridges) {
    TreeFixture node;
    const std::string devices = "/sys/bus/pci/devices/";
    node.put(devices + "0000:02:00.0/class", "0x020000\n")
        .put(devices + "0000:02:00.0/driver_override", "(null)\n")
        .put(devices + "0000:02:00.0/sriov_numvfs", "3\n")
        .link(devices + "0000:02:00.0/driver", "../../../bus/pci/drivers/e1000e")
        .link(devices + "0000:02:00.0/iommu_group", "../../../kernel/iommu_groups/7")
        .put(devices + "0000:02:00.1/class", "0x020000\n")
        .put(devices + "0000:01:00.0/class", "0x060400\n")
        .put("/sys/kernel/iommu_groups/7/devices/0000:01:00.0", "")
        .put("/sys/kernel/iommu_groups/7/devices/0000:02:00.0", "")
        .put("/sys/kernel/iommu_groups/7/devices/0000:02:00.1", "");
    EXPECT_EQ(
        read_pci_function(node.tree, "0000:02:00.0"),
        (PciFunction{
            .address = "0000:02:00.0",
            .exists = true,
            .device_class = "0x020000",
            .driver = "e1000e",
            .iommu_group = "7",
            .siblings = {{"0000:02:00.1", ""}},
            .virtual_functions = 3})
    );
    EXPECT_FALSE(read_pci_function(node.tree, "0000:09:00.0").exists);
}

TEST(BindRefusal, ProtectsTheNodeAndNamesTheRemedy) {
    const BindDevice vfio{.address = "0000:00:06.0", .driver = "vfio-pci"};
    EXPECT_EQ(bind_refusal(nic(), vfio, {}, ""), std::nullopt);

    EXPECT_THAT(
        bind_refusal(nic(), vfio, {}, "the default route")->why,
        HasSubstr("carries the default route")
    );
    PciFunction gone = nic();
    gone.exists = false;
    EXPECT_EQ(bind_refusal(gone, vfio, {}, "")->why, "there is no PCI device 0000:00:06.0");
    PciFunction disk = nic();
    disk.device_class = "0x010802";
    EXPECT_THAT(bind_refusal(disk, vfio, {}, "")->why, HasSubstr("no network device"));
    PciFunction pf = nic();
    pf.virtual_functions = 2;
    EXPECT_THAT(bind_refusal(pf, vfio, {}, "")->why, HasSubstr("2 virtual functions"));
}

TEST(BindRefusal, AGroupGoesTogether) {
    const BindDevice vfio{.address = "0000:00:06.0", .driver = "vfio-pci"};
    PciFunction shared = nic();
    shared.siblings = {{"0000:00:07.0", "e1000e"}};
    EXPECT_EQ(
        bind_refusal(shared, vfio, {}, "")->why,
        "0000:00:06.0 shares IOMMU group 4 with 0000:00:07.0 on e1000e"
    );
    EXPECT_EQ(bind_refusal(shared, vfio, {"0000:00:07.0"}, ""), std::nullopt);
    shared.siblings[0].driver = "";
    EXPECT_EQ(bind_refusal(shared, vfio, {}, ""), std::nullopt);
}

TEST(BindRefusal, NoIommuModeOnlyWhereThereIsNoIommuAndItIsAllowed) {
    BindDevice vfio{.address = "0000:00:06.0", .driver = "vfio-pci"};
    PciFunction bare = nic();
    bare.iommu_group.clear();
    EXPECT_THAT(bind_refusal(bare, vfio, {}, "")->why, HasSubstr("no IOMMU, and vfio-pci needs"));
    vfio.allow_noiommu = true;
    EXPECT_THAT(bind_refusal(bare, vfio, {}, "")->why, HasSubstr("no no-IOMMU mode"));
    bare.noiommu_possible = true;
    EXPECT_EQ(bind_refusal(bare, vfio, {}, ""), std::nullopt);
    vfio.driver = "igb_uio";
    vfio.allow_noiommu = false;
    EXPECT_EQ(bind_refusal(bare, vfio, {}, ""), std::nullopt);
}

TEST(NoIommuProblem, SeesTheModeWhereItMustNotBe) {
    TreeFixture node;
    EXPECT_EQ(noiommu_problem(node.tree, false), std::nullopt);
    node.put("/sys/module/vfio/parameters/enable_unsafe_noiommu_mode", "Y\n");
    EXPECT_NE(noiommu_problem(node.tree, false), std::nullopt);
    EXPECT_EQ(noiommu_problem(node.tree, true), std::nullopt);
    node.put("/sys/class/iommu/dmar0/version", "1\n");
    EXPECT_NE(noiommu_problem(node.tree, true), std::nullopt);
}

}  // namespace
}  // namespace kiln::node
