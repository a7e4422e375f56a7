#include "aws/endpoint.hpp"

#include "base/error.hpp"

#include <gmock/gmock.h>

namespace kiln::aws {
namespace {

using ::testing::HasSubstr;
using Environment = std::map<std::string, std::string>;

struct UrlCase {
    Service service;
    const char* region;
    bool fips;
    bool dual_stack;
    const char* want;
};
constexpr UrlCase kUrls[] = {
    {Service::ec2, "eu-west-1", false, false, "https://ec2.eu-west-1.amazonaws.com"},
    {Service::ebs, "us-east-1", true, false, "https://ebs-fips.us-east-1.amazonaws.com"},
    {Service::ebs, "us-east-1", false, true, "https://ebs.us-east-1.api.aws"},
    {Service::sts, "cn-north-1", false, false, "https://sts.cn-north-1.amazonaws.com.cn"},
    {Service::ssm, "us-gov-west-1", false, false, "https://ssm.us-gov-west-1.amazonaws.com"},
    {Service::iam, "eu-west-1", false, false, "https://iam.amazonaws.com"},
    {Service::iam, "eu-west-1", true, false, "https://iam-fips.amazonaws.com"},
    {Service::iam, "us-gov-east-1", true, false, "https://iam.us-gov.amazonaws.com"},
    {Service::iam, "cn-northwest-1", false, false, "https://iam.cn-north-1.amazonaws.com.cn"},
    {Service::pricing, "us-east-1", false, false, "https://api.pricing.us-east-1.amazonaws.com"}};

TEST(EndpointUrl, FollowsRegionAndPartition) {
    for (const UrlCase& c : kUrls) {
        SCOPED_TRACE(c.want);
        EndpointSettings settings;
        settings.fips = c.fips;
        settings.dual_stack = c.dual_stack;
        EXPECT_EQ(endpoint_url(c.service, c.region, settings), c.want);
    }
    EXPECT_EQ(partition_of("eu-west-1"), "aws");
    EXPECT_EQ(partition_of("cn-north-1"), "aws-cn");
    EXPECT_EQ(partition_of("us-gov-east-1"), "aws-us-gov");
}

TEST(IsAmazonEndpoint, LooksAtTheEndOfTheHost) {
    for (const UrlCase& c : kUrls) {
        EXPECT_TRUE(is_amazon_endpoint(c.want)) << c.want;
    }
    for (const char* url :
         {"https://vpce-0ab.ec2.us-east-1.vpce.amazonaws.com:443/x",
          "https://EC2.AMAZONAWS.COM",
          "https://ec2.us-iso-east-1.c2s.ic.gov"}) {
        EXPECT_TRUE(is_amazon_endpoint(url)) << url;
    }
    for (const char* url :
         {"http://127.0.0.1:5000",
          "http://localhost/amazonaws.com",
          "https://ec2.example.com",
          "https://notamazonaws.com",
          "https://ec2.amazonaws.com.example.com",
          ""}) {
        EXPECT_FALSE(is_amazon_endpoint(url)) << url;
    }
}

TEST(EndpointUrl, TakesTheMostParticularPlaceThatSaysOne) {
    SharedConfig config;
    read_config_file(
        config,
        "config",
        "[default]\nendpoint_url = http://all-of-profile\nservices = s\n"
        "[services s]\nebs =\n  endpoint_url = http://ebs-of-profile/\n"
    );
    Environment environment;
    const auto url = [&](Service service) {
        return endpoint_url(
            service, "us-east-1", endpoint_settings(environment, config, "default")
        );
    };
    EXPECT_EQ(url(Service::ebs), "http://ebs-of-profile");
    EXPECT_EQ(url(Service::ec2), "http://all-of-profile");
    environment["AWS_ENDPOINT_URL"] = "http://all";
    EXPECT_EQ(url(Service::ebs), "http://all");
    environment["AWS_ENDPOINT_URL_EBS"] = "http://127.0.0.1:5000/";
    EXPECT_EQ(url(Service::ebs), "http://127.0.0.1:5000");
    EXPECT_EQ(url(Service::ec2), "http://all");

    EndpointSettings settings = endpoint_settings(environment, config, "default");
    settings.from_template[Service::ec2] = "http://of-template";
    EXPECT_EQ(endpoint_url(Service::ec2, "us-east-1", settings), "http://of-template");

    environment["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "true";
    EXPECT_EQ(url(Service::ebs), "https://ebs.us-east-1.amazonaws.com");
}

TEST(EndpointUrl, RefusesWhatIsNoAddress) {
    try {
        endpoint_settings({{"AWS_ENDPOINT_URL_EC2", "localhost:5000"}}, {}, "default");
        FAIL() << "it was taken";
    } catch (const Error& error) {
        EXPECT_THAT(
            error.message(), HasSubstr("\"localhost:5000\" of AWS_ENDPOINT_URL_EC2 is not an http")
        );
    }
}

TEST(ConfiguredRegion, AsksVariablesBeforeTheProfile) {
    SharedConfig config;
    read_config_file(config, "config", "[default]\nregion = eu-north-1\n");
    EXPECT_EQ(configured_region({}, {}, "default"), std::nullopt);
    EXPECT_EQ(configured_region({}, config, "default"), "eu-north-1");
    EXPECT_EQ(configured_region({}, config, "other"), std::nullopt);
    Environment environment{{"AWS_DEFAULT_REGION", "us-west-2"}};
    EXPECT_EQ(configured_region(environment, config, "default"), "us-west-2");
    environment["AWS_REGION"] = "ap-south-1";
    EXPECT_EQ(configured_region(environment, config, "default"), "ap-south-1");
    environment["AWS_REGION"] = "evil.example.org/";
    EXPECT_THROW(configured_region(environment, config, "default"), Error);
}

TEST(IsRegionName, KnowsTheShape) {
    for (const char* name : {"us-east-1", "ap-southeast-3", "us-gov-west-1", "mx-central-1"}) {
        EXPECT_TRUE(is_region_name(name)) << name;
    }
    for (const char* name : {"", "us-east", "us-east-1a", "US-EAST-1", "-a-1", "us-east-1."}) {
        EXPECT_FALSE(is_region_name(name)) << name;
    }
}

}  // namespace
}  // namespace kiln::aws
