#include "aws/auto_scaling.hpp"
#include "aws/ec2/images.hpp"
#include "aws/ec2/launch_templates.hpp"
#include "aws/ec2/recycle_bin.hpp"
#include "aws/ec2/volumes.hpp"
#include "aws/parameter_store.hpp"
#include "aws/testing/scripted_service.hpp"
#include "net/curl_transport.hpp"
#include "sys/testing/fake_clock.hpp"

#include <gmock/gmock.h>

namespace kiln::aws::ec2 {
namespace {

using net::HttpResponse;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

/// Services that are a list of answers of a real server.
class KeptImages : public ::testing::Test {
protected:
    static EndpointSettings with_scaling(EndpointSettings settings) {
        settings.configured[Service::auto_scaling] = settings.configured[Service::ec2];
        return settings;
    }
    std::string body_of(std::size_t call) const { return service_.seen().at(call).request.body; }
    void answer(const std::string& body) { service_.answers.push_back({200, {}, body}); }

    ScriptedService service_{ScriptedService::error(400, "TestHasNoMoreAnswers")};
    net::CurlTransport transport_;
    sys::FakeClock clock_;
    Client client_{
        transport_, clock_, [] { return 0.5; }, with_scaling(service_.endpoints()), nullptr};
    Region region_{client_, clock_, "us-east-1"};
};

TEST_F(KeptImages, AreReadWithWhereTheyComeFromAndWhatProtectsThem) {
    answer(
        "<R><imagesSet><item><imageId>ami-1</imageId><description>d</description>"
        "<isPublic>true</isPublic><sourceImageId>ami-0</sourceImageId>"
        "<sourceImageRegion>eu-west-1</sourceImageRegion><sourceInstanceId>i-1</sourceInstanceId>"
        "<deprecationTime>2027-01-01T00:00:00.000Z</deprecationTime>"
        "<lastLaunchedTime>2026-01-01T00:00:00Z</lastLaunchedTime>"
        "<deregistrationProtection>enabled-with-cooldown</deregistrationProtection></item>"
        "</imagesSet><nextToken>t</nextToken></R>"
    );
    answer("<R><imagesSet><item><imageId>ami-2</imageId></item></imagesSet></R>");
    const auto images = describe_images(
        region_,
        {.owners = {"self"}, .include_deprecated = true, .include_disabled = true, .page_size = 9},
        {}
    );
    ASSERT_EQ(images.size(), 2u);
    EXPECT_EQ(images[0].description, "d");
    EXPECT_TRUE(images[0].is_public);
    EXPECT_EQ(images[0].source_image_id + images[0].source_image_region, "ami-0eu-west-1");
    EXPECT_EQ(images[0].source_instance_id, "i-1");
    EXPECT_EQ(images[0].deprecation_time, "2027-01-01T00:00:00.000Z");
    EXPECT_EQ(images[0].last_launched_time, "2026-01-01T00:00:00Z");
    EXPECT_TRUE(images[0].is_protected());
    EXPECT_FALSE(images[1].is_protected());
    EXPECT_THAT(body_of(0), HasSubstr("&IncludeDisabled=true&MaxResults=9"));
    EXPECT_THAT(body_of(1), HasSubstr("&MaxResults=9&NextToken=t"));
}

TEST_F(KeptImages, TellWhoMayLaunchThem) {
    answer(
        "<R><launchPermission><item><userId>111122223333</userId></item><item><group>all</group>"
        "</item><item><organizationArn>arn:o</organizationArn></item></launchPermission></R>"
    );
    const LaunchPermissions found = launch_permissions(region_, "ami-1", {});
    EXPECT_EQ(found, (LaunchPermissions{{"111122223333"}, {"all"}, {"arn:o"}, {}}));
    answer("<R/>");
    answer("<R/>");
    answer("<R/>");
    unshare_image(region_, "ami-1", found, {});
    EXPECT_THAT(body_of(1), HasSubstr("LaunchPermission.Remove.1.Group=all"));
    EXPECT_THAT(body_of(2), HasSubstr("LaunchPermission.Remove.1.UserId=111122223333"));
}

TEST_F(KeptImages, HaveSnapshotsThatAreSharedOrLocked) {
    answer(
        "<R><createVolumePermission><item><userId>1</userId></item><item><group>all</group></item>"
        "</createVolumePermission></R>"
    );
    EXPECT_THAT(snapshot_permissions(region_, "snap-1", {}), ElementsAre("1", "all"));
    answer(
        "<R><snapshotSet><item><snapshotId>snap-1</snapshotId><lockState>governance</lockState>"
        "</item><item><snapshotId>snap-2</snapshotId><lockState>expired</lockState></item>"
        "</snapshotSet></R>"
    );
    EXPECT_THAT(
        locked_snapshots(region_, {"snap-1", "snap-2"}, {}),
        ElementsAre(Pair("snap-1", "governance"))
    );
    EXPECT_TRUE(locked_snapshots(region_, {}, {}).empty()) << "nothing to ask about";
}

TEST_F(KeptImages, AreNamedByVersionsOfLaunchTemplates) {
    answer(
        "<R><launchTemplateVersionSet><item><launchTemplateId>lt-1</launchTemplateId>"
        "<launchTemplateName>n</launchTemplateName><versionNumber>2</versionNumber>"
        "<defaultVersion>true</defaultVersion><launchTemplateData><imageId>ami-1</imageId>"
        "</launchTemplateData></item></launchTemplateVersionSet></R>"
    );
    EXPECT_THAT(
        launch_template_versions(region_, "lt-1", {}),
        ElementsAre(LaunchTemplateVersion{"lt-1", "n", 2, true, "ami-1"})
    );
}

TEST_F(KeptImages, AreLaunchedByScalingGroups) {
    answer(
        "<R><DescribeAutoScalingGroupsResult><AutoScalingGroups><member><AutoScalingGroupName>a"
        "</AutoScalingGroupName><LaunchConfigurationName>c</LaunchConfigurationName></member>"
        "</AutoScalingGroups><NextToken>t</NextToken></DescribeAutoScalingGroupsResult></R>"
    );
    answer(
        "<R><DescribeAutoScalingGroupsResult><AutoScalingGroups><member><AutoScalingGroupName>b"
        "</AutoScalingGroupName><MixedInstancesPolicy><LaunchTemplate><LaunchTemplateSpecification>"
        "<LaunchTemplateId>lt-1</LaunchTemplateId><Version>3</Version>"
        "</LaunchTemplateSpecification><Overrides><member><LaunchTemplateSpecification>"
        "<LaunchTemplateName>arm</LaunchTemplateName></LaunchTemplateSpecification></member>"
        "<member><InstanceType>m5.large</InstanceType></member></Overrides></LaunchTemplate>"
        "</MixedInstancesPolicy></member></AutoScalingGroups></DescribeAutoScalingGroupsResult></R>"
    );
    EXPECT_THAT(
        scaling_groups(client_, "us-east-1", {}),
        ElementsAre(
            ScalingGroup{"a", "c", {}}, ScalingGroup{"b", "", {{"lt-1", "", "3"}, {"", "arm", ""}}}
        )
    );
    EXPECT_THAT(body_of(1), HasSubstr("NextToken=t"));
    answer(
        "<R><DescribeLaunchConfigurationsResult><LaunchConfigurations><member>"
        "<LaunchConfigurationName>c</LaunchConfigurationName><ImageId>ami-1</ImageId></member>"
        "</LaunchConfigurations></DescribeLaunchConfigurationsResult></R>"
    );
    EXPECT_THAT(launch_configurations(client_, "us-east-1", {}), ElementsAre(Pair("c", "ami-1")));
}

TEST_F(KeptImages, ArePointedAtByParameters) {
    answer(R"({"Parameters": [{"Name": "/a", "Type": "String", "Value": "ami-1"},
        {"Name": "/s", "Type": "SecureString", "Value": "x"}], "NextToken": "t"})");
    answer(R"({"Parameters": [{"Name": "b", "Type": "String", "Value": "ami-2"}]})");
    EXPECT_THAT(
        list_parameters(client_, "us-east-1", {}),
        ElementsAre(NamedParameter{"/a", "ami-1"}, NamedParameter{"b", "ami-2"})
    );
    EXPECT_THAT(body_of(1), HasSubstr(R"("NextToken":"t")"));
}

TEST_F(KeptImages, WaitInTheRecycleBin) {
    answer(
        "<R><imageSet><item><imageId>ami-1</imageId><name>n</name><recycleBinEnterTime>e"
        "</recycleBinEnterTime><recycleBinExitTime>x</recycleBinExitTime></item></imageSet></R>"
    );
    EXPECT_THAT(binned_images(region_, {}), ElementsAre(BinnedThing{"ami-1", "n", "", "e", "x"}));
    answer(
        "<R><snapshotSet><item><snapshotId>snap-1</snapshotId><description>d</description>"
        "<recycleBinExitTime>x</recycleBinExitTime></item></snapshotSet></R>"
    );
    EXPECT_THAT(
        binned_snapshots(region_, {}), ElementsAre(BinnedThing{"snap-1", "", "d", "", "x"})
    );
}

}  // namespace
}  // namespace kiln::aws::ec2
