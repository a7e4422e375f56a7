#include "image/disk_addition.hpp"

#include "base/error.hpp"
#include "image/prune.hpp"
#include "image/testing/account.hpp"

#include <gmock/gmock.h>

namespace kiln::image {
namespace {

using ::testing::HasSubstr;

/// A source with a root of 8 GiB and a gp2 disk as /dev/xvdf, and snapshots of all kinds.
class DiskAdditions : public ::testing::Test {
protected:
    DiskAdditions() {
        aws::ec2::Image image = testing::make_image(
            "ami-1",
            "node-1",
            "2026",
            {"snap-root", "snap-data"},
            {{"env", "prod"},
             {"kiln:run", "r"},
             {"kiln:role", "output"},
             {kPruneAfterTag, "2026-01-01"}}
        );
        image.description = "a node";
        image.root_device_name = "/dev/sda1";
        image.root_device_type = "ebs";
        image.virtualization_type = "hvm";
        image.boot_mode = "uefi";
        image.tpm_support = "v2.0";
        image.imds_support = "v2.0";
        image.sriov_net_support = "simple";
        image.platform_details = "Linux/UNIX";
        image.ena_support = true;
        image.devices[0].device_name = "/dev/sda1";
        image.devices[0].volume_type = "gp3";
        image.devices[0].iops = 4000;
        image.devices[0].throughput_mib_s = 300;
        image.devices[0].delete_on_termination = true;
        image.devices[1].device_name = "/dev/xvdf";
        image.devices[1].volume_type = "gp2";
        image.devices[1].iops = 100;
        image.devices[1].encrypted = true;
        RegionHoldings here{"us-east-1", {image}, {}};
        here.snapshots = {
            testing::make_snapshot("snap-root"),
            testing::make_snapshot("snap-data"),
            testing::make_snapshot("snap-pending"),
            testing::make_snapshot("snap-archived")};
        here.snapshots[2].state = "pending";
        here.snapshots[3].tier = "archive";
        RegionHoldings there{"eu-west-1", {}, {testing::make_snapshot("snap-there")}};
        inventory_ = testing::make_inventory({there, here});
    }

    aws::ec2::Image& source() { return inventory_.regions[1].images[0]; }

    DiskAddition plan(const std::vector<std::string>& disks) {
        DiskAdditionWish wish{{}, "node-1-disks", "", {{"env", "test"}}};
        for (const std::string& disk : disks) {
            wish.disks.push_back(parse_disk(disk));
        }
        return plan_disk_addition(inventory_, {"us-east-1", &source()}, wish, "vars");
    }

    std::string mistake(const std::vector<std::string>& disks) {
        try {
            plan(disks);
            return "none";
        } catch (const Error& error) {
            return error.message();
        }
    }

    Inventory inventory_;
};

TEST_F(DiskAdditions, KeepWhatTheSourceIs) {
    const aws::ec2::Registration made = plan({"10"}).registration;
    EXPECT_EQ(made.name, "node-1-disks");
    EXPECT_EQ(made.description, "a node");
    EXPECT_EQ(made.architecture, "x86_64");
    EXPECT_EQ(made.root_device_name, "/dev/sda1");
    EXPECT_EQ(made.boot_mode + made.tpm_support + made.imds_support, "uefiv2.0v2.0");
    EXPECT_EQ(made.uefi_data, "vars");
    EXPECT_TRUE(made.ena_support && made.sriov_support);
    EXPECT_EQ(made.image_tags, (aws::ec2::Tags{{"env", "test"}, {kMadeFromTag, "ami-1"}}));
    ASSERT_EQ(made.devices.size(), 3u);
    EXPECT_EQ(made.devices[0].iops, 4000);
    EXPECT_EQ(made.devices[0].throughput_mib_s, 300);
    EXPECT_TRUE(made.devices[0].delete_on_termination);
    EXPECT_EQ(made.devices[1].iops, std::nullopt) << "gp2 has none to choose";
    EXPECT_EQ(made.devices[1].encrypted, std::nullopt) << "the snapshot decides";
}

TEST_F(DiskAdditions, TakeNamesThatAreFree) {
    const DiskAddition made =
        plan({"10", "size=20,device=/dev/sdg,encrypted", "snapshot=snap-data,keep"});
    EXPECT_EQ(made.kept_devices, 2u);
    const auto& devices = made.registration.devices;
    ASSERT_EQ(devices.size(), 5u);
    EXPECT_EQ(devices[2].device_name, "/dev/sdh") << "sdf is the source's, sdg is asked for";
    EXPECT_EQ(devices[3].device_name, "/dev/sdg");
    EXPECT_EQ(devices[3].encrypted, true);
    EXPECT_EQ(devices[4].device_name, "/dev/sdi");
    EXPECT_EQ(devices[4].size_gib, 8);
    EXPECT_FALSE(devices[4].delete_on_termination);
}

TEST_F(DiskAdditions, RefuseWhatCanNotBeAdded) {
    EXPECT_THAT(mistake({"size=1,device=/dev/sdf"}), HasSubstr("/dev/sdf is in use, as /dev/xvdf"));
    EXPECT_THAT(mistake({"size=1,device=/dev/xvda"}), HasSubstr("is in use, as /dev/sda1"));
    EXPECT_THAT(
        mistake({"size=1,device=/dev/sdh", "size=2,device=/dev/sdh"}),
        HasSubstr("\"size=2,device=/dev/sdh\": /dev/sdh is in use")
    );
    EXPECT_THAT(mistake(std::vector<std::string>(11, "1")), HasSubstr("no name from /dev/sdf"));
    EXPECT_THAT(mistake({"snapshot=snap-none"}), HasSubstr("has no snapshot snap-none in us-east"));
    EXPECT_THAT(mistake({"snapshot=snap-there"}), HasSubstr("is in eu-west-1, and the AMI in us"));
    EXPECT_THAT(mistake({"snapshot=snap-pending"}), HasSubstr("is pending, not completed"));
    EXPECT_THAT(mistake({"snapshot=snap-archived"}), HasSubstr("is archived"));
    EXPECT_THAT(
        mistake({"snapshot=snap-data,size=7"}),
        HasSubstr("a size of 7 GiB is smaller than the snapshot (8 GiB)")
    );
    EXPECT_THAT(mistake({"snapshot=snap-data,encrypted"}), HasSubstr("is not encrypted"));
    EXPECT_THAT(mistake({"snapshot=snap-data,iops=4001"}), HasSubstr("at most 4000"));
}

TEST_F(DiskAdditions, RefuseSourcesThatWouldLoseSomething) {
    source().platform_details = "Windows";
    EXPECT_THAT(mistake({"1"}), HasSubstr("it is billed as Windows"));
    source().platform_details = "";
    source().has_product_codes = true;
    EXPECT_THAT(mistake({"1"}), HasSubstr("it has product codes"));
    source().has_product_codes = false;
    source().virtualization_type = "paravirtual";
    EXPECT_THAT(mistake({"1"}), HasSubstr("it is paravirtual"));
    source().virtualization_type = "";
    source().state = "pending";
    EXPECT_THAT(mistake({"1"}), HasSubstr("it is pending"));
    source().state = "disabled";
    EXPECT_EQ(mistake({"1"}), "none");
}

}  // namespace
}  // namespace kiln::image
