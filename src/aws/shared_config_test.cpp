#include "aws/shared_config.hpp"

#include "base/error.hpp"

#include <gmock/gmock.h>

namespace kiln::aws {
namespace {

using ::testing::HasSubstr;

constexpr const char* kConfig = R"(
# of the whole team
[default]
region = eu-west-1   ; where we are
[profile build]
role_arn=arn:aws:iam::123456789012:role/b#1
source_profile = default
services = local
[profile "two words"]
region = us-east-2
[sso-session corp]
sso_region = us-east-1
[services local]
ec2 =
  endpoint_url = http://127.0.0.1:5000
ebs =
  endpoint_url = http://127.0.0.1:5001
[preview]
cloudfront = true
)";

TEST(SharedConfig, ReadsProfilesSessionsAndServices) {
    SharedConfig config;
    read_config_file(config, "config", kConfig);
    SharedConfig want;
    want.profiles["default"].values = {{"region", "eu-west-1"}};
    want.profiles["build"].values = {
        {"role_arn", "arn:aws:iam::123456789012:role/b#1"},
        {"source_profile", "default"},
        {"services", "local"}};
    want.profiles["two words"].values = {{"region", "us-east-2"}};
    want.sso_sessions["corp"].values = {{"sso_region", "us-east-1"}};
    want.services["local"].values = {{"ec2", ""}, {"ebs", ""}};
    want.services["local"].nested = {
        {"ec2", {{"endpoint_url", "http://127.0.0.1:5000"}}},
        {"ebs", {{"endpoint_url", "http://127.0.0.1:5001"}}}};
    EXPECT_EQ(config, want);
}

TEST(SharedConfig, AsksTheCredentialsFileFirst) {
    SharedConfig config;
    read_config_file(config, "config", "[profile a]\naws_access_key_id = old\nregion = r\n");
    read_credentials_file(config, "credentials", "[a]\r\naws_access_key_id = new\r\n");
    EXPECT_EQ(config.value("a", "aws_access_key_id"), "new");
    EXPECT_EQ(config.value("a", "region"), "r");
    EXPECT_EQ(config.value("a", "output"), "");
    EXPECT_EQ(config.value("b", "region"), "");
    EXPECT_TRUE(config.has_profile("a"));
    EXPECT_FALSE(config.has_profile("profile a"));
}

struct MistakeCase {
    const char* text;
    const char* want;
};
constexpr MistakeCase kMistakes[] = {
    {"region = x\n", "/c:1: this key stands before the first section"},
    {"[default]\n\nregion\n", "/c:3: found \"region\" where a key and a value belong"},
    {"[default\n", "/c:1: this section name has no \"]\""},
    {"[default]\n= x\n", "/c:2: found \"= x\" where"}};

TEST(SharedConfig, NamesTheLineThatItCanNotRead) {
    for (const MistakeCase& c : kMistakes) {
        SCOPED_TRACE(c.text);
        try {
            SharedConfig config;
            read_config_file(config, "/c", c.text);
            ADD_FAILURE() << "it was read";
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::input);
            EXPECT_THAT(error.message(), HasSubstr(c.want));
        }
    }
}

}  // namespace
}  // namespace kiln::aws
