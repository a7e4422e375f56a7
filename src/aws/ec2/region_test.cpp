#include "aws/ec2/images.hpp"
#include "aws/ec2/instances.hpp"
#include "aws/ec2/key_pairs.hpp"
#include "aws/ec2/network.hpp"
#include "aws/testing/scripted_service.hpp"
#include "base/error.hpp"
#include "net/curl_transport.hpp"
#include "sys/testing/fake_clock.hpp"

#include <gmock/gmock.h>

namespace kiln::aws::ec2 {
namespace {

using net::HttpResponse;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using namespace std::chrono_literals;

HttpResponse fine(const std::string& action, const std::string& inner) {
    return {
        200,
        {},
        "<" + action + "Response xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\">" + inner +
            "</" + action + "Response>"};
}
std::string image(const std::string& id, const std::string& mark) {
    return "<imagesSet><item><imageId>" + id +
           "</imageId><name>n</name><imageState>available</imageState><tagSet><item><key>kiln:run"
           "</key><value>" +
           mark + "</value></item></tagSet></item></imagesSet>";
}

/// EC2 is a list of answers of a real server.
class RegionTest : public ::testing::Test {
protected:
    /// What was asked, in order: "DescribeImages".
    std::vector<std::string> actions() const {
        std::vector<std::string> names;
        for (const auto& seen : ec2_.seen()) {
            const std::string& body = seen.request.body;
            names.push_back(body.substr(7, body.find('&') - 7));
        }
        return names;
    }
    std::string body_of(std::size_t call) const { return ec2_.seen().at(call).request.body; }

    ScriptedService ec2_{ScriptedService::error(400, "TestHasNoMoreAnswers")};
    net::CurlTransport transport_;
    sys::FakeClock clock_;
    Client client_{transport_, clock_, [] { return 0.5; }, ec2_.endpoints(), nullptr};
    Region region_{client_, clock_, "us-east-1"};
};

TEST_F(RegionTest, ReadsAllPages) {
    ec2_.answers = {
        fine(
            "DescribeSubnets",
            "<subnetSet><item><subnetId>subnet-1</subnetId><vpcId>vpc-1</vpcId>"
            "<availableIpAddressCount>250</availableIpAddressCount>"
            "<mapPublicIpOnLaunch>true</mapPublicIpOnLaunch></item></subnetSet>"
            "<nextToken>t</nextToken>"
        ),
        fine(
            "DescribeSubnets", "<subnetSet><item><subnetId>subnet-2</subnetId></item></subnetSet>"
        )};
    const auto subnets = describe_subnets(region_, {}, {{"state", {"available"}}}, {});
    EXPECT_THAT(
        subnets,
        ElementsAre(
            Subnet{"subnet-1", "vpc-1", "", 250, true}, Subnet{"subnet-2", "", "", 0, false}
        )
    );
    EXPECT_THAT(body_of(0), HasSubstr("Filter.1.Name=state&Filter.1.Value.1=available"));
    EXPECT_THAT(body_of(1), HasSubstr("NextToken=t"));
}

TEST_F(RegionTest, IsPatientWithWhatThisRunMadeAMomentAgo) {
    ec2_.answers = {
        ScriptedService::error(400, "InvalidInstanceID.NotFound"),
        ScriptedService::error(400, "IncorrectInstanceState"),
        fine("StopInstances", "")};
    stop_instance(region_, "i-1", false, {});
    EXPECT_EQ(actions().size(), 3U);
    EXPECT_EQ(clock_.elapsed(), 250ms + 500ms);
}

TEST_F(RegionTest, IsNotPatientForEver) {
    ec2_.answers =
        std::deque<HttpResponse>(200, ScriptedService::error(400, "InvalidInstanceID.NotFound"));
    EXPECT_THROW(stop_instance(region_, "i-1", false, {}), Error);
    EXPECT_LE(clock_.elapsed(), 121s);
}

TEST_F(RegionTest, WhatIsGoneAlreadyIsNoFailureToRemove) {
    ec2_.answers = {
        ScriptedService::error(400, "InvalidAMIID.Unavailable"), fine("DeregisterImage", "")};
    EXPECT_FALSE(deregister_image(region_, "ami-1", {}));
    EXPECT_TRUE(deregister_image(region_, "ami-1", {}));
}

TEST_F(RegionTest, AnErrorNamesActionRegionCodeAndRequest) {
    ec2_.answers = {ScriptedService::error(403, "UnauthorizedOperation")};
    try {
        terminate_instance(region_, "i-1", {});
        FAIL() << "it was refused";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::permission);
        EXPECT_EQ(error.message(), "TerminateInstances: UnauthorizedOperation: m (request r-9)");
        EXPECT_THAT(error.context(), ElementsAre("asking EC2 of us-east-1"));
    }
}

TEST_F(RegionTest, AnImageWhoseAnswerGotLostIsAdoptedByItsMark) {
    ec2_.answers = {
        ScriptedService::lost(),
        fine("DescribeImages", image("ami-other", "another run")),
        fine("DescribeImages", image("ami-ours", "our run"))};
    EXPECT_EQ(
        create_image(region_, {.name = "n", .instance_id = "i-1"}, "our run", {}), "ami-ours"
    );
    EXPECT_THAT(actions(), ElementsAre("CreateImage", "DescribeImages", "DescribeImages"));
}

TEST_F(RegionTest, AnImageIsMadeAgainOnlyWhenTheFirstIsNowhere) {
    ec2_.answers = {ScriptedService::lost()};
    for (int look = 0; look < 5; ++look) {
        ec2_.answers.push_back(fine("DescribeImages", ""));
    }
    ec2_.answers.push_back(fine("CreateImage", "<imageId>ami-2</imageId>"));
    EXPECT_EQ(create_image(region_, {.name = "n", .instance_id = "i-1"}, "our run", {}), "ami-2");
    EXPECT_EQ(actions().front(), "CreateImage");
    EXPECT_EQ(actions().back(), "CreateImage");
    EXPECT_EQ(clock_.elapsed(), 8s);
}

TEST_F(RegionTest, ANameThatSomebodyElseHasIsNotAdopted) {
    ec2_.answers = {
        ScriptedService::error(400, "InvalidAMIName.Duplicate"),
        fine("DescribeImages", image("ami-other", "another run"))};
    EXPECT_THROW(create_image(region_, {.name = "n", .instance_id = "i-1"}, "our run", {}), Error);
    EXPECT_THAT(actions(), ElementsAre("CreateImage", "DescribeImages"));
}

TEST_F(RegionTest, ReadsAnInstance) {
    ec2_.answers = {fine(
        "DescribeInstances",
        "<reservationSet><item><instancesSet><item><instanceId>i-1</instanceId>"
        "<instanceState><name>running</name></instanceState><ipAddress>192.0.2.7</ipAddress>"
        "<rootDeviceName>/dev/xvda</rootDeviceName><blockDeviceMapping><item><deviceName>/dev/xvda"
        "</deviceName><ebs><volumeId>vol-1</volumeId></ebs></item></blockDeviceMapping>"
        "</item></instancesSet></item></reservationSet>"
    )};
    const Instance instance = describe_instances(region_, {.ids = {"i-1"}}, {}).at(0);
    EXPECT_EQ(instance.state, "running");
    EXPECT_EQ(instance.public_ip, "192.0.2.7");
    EXPECT_EQ(instance.volumes.at("/dev/xvda"), "vol-1");
}

TEST_F(RegionTest, WhyNoInstanceIsLaunchedIsAValue) {
    ec2_.answers = {ScriptedService::error(400, "InvalidParameterCombination")};
    const Launched launched = run_instance(region_, {{"ClientToken", "t"}}, {});
    EXPECT_EQ(std::get<ServiceError>(launched).code, "InvalidParameterCombination");
}

TEST_F(RegionTest, LetsNetworksOfBothFamiliesIn) {
    ec2_.answers = {ScriptedService::error(400, "InvalidPermission.Duplicate")};
    allow_tcp(region_, "sg-1", 22, {"192.0.2.1/32", "2001:db8::/64", "10.0.0.0/8"}, {});
    EXPECT_THAT(body_of(0), HasSubstr("IpPermissions.1.IpRanges.2.CidrIp=10.0.0.0%2F8"));
    EXPECT_THAT(
        body_of(0), HasSubstr("IpPermissions.1.Ipv6Ranges.1.CidrIpv6=2001%3Adb8%3A%3A%2F64")
    );
}

TEST(Parameters, OfBlockDevices) {
    Parameters parameters;
    add_block_devices(
        parameters,
        {{.device_name = "/dev/xvda", .size_gib = 20, .type = "gp3", .iops = 4000},
         {.device_name = "/dev/sdb", .virtual_name = "ephemeral0"},
         {.device_name = "/dev/sdc", .no_device = true}}
    );
    const Parameters want = {
        {"BlockDeviceMapping.1.DeviceName", "/dev/xvda"},
        {"BlockDeviceMapping.1.Ebs.DeleteOnTermination", "true"},
        {"BlockDeviceMapping.1.Ebs.VolumeSize", "20"},
        {"BlockDeviceMapping.1.Ebs.VolumeType", "gp3"},
        {"BlockDeviceMapping.1.Ebs.Iops", "4000"},
        {"BlockDeviceMapping.2.DeviceName", "/dev/sdb"},
        {"BlockDeviceMapping.2.VirtualName", "ephemeral0"},
        {"BlockDeviceMapping.3.DeviceName", "/dev/sdc"},
        {"BlockDeviceMapping.3.NoDevice", ""}};
    EXPECT_EQ(parameters, want);
}

TEST(Parameters, OfTagsAtCreationLeaveOutKindsWithoutTags) {
    Parameters parameters;
    add_tag_specifications(parameters, {{"instance", {}}, {"volume", {{"a", "b"}}}});
    const Parameters want = {
        {"TagSpecification.1.ResourceType", "volume"},
        {"TagSpecification.1.Tag.1.Key", "a"},
        {"TagSpecification.1.Tag.1.Value", "b"}};
    EXPECT_EQ(parameters, want);
}

}  // namespace
}  // namespace kiln::aws::ec2
