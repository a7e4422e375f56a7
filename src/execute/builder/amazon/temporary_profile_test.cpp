#include "execute/builder/amazon/temporary_profile.hpp"

#include "execute/builder/amazon/launch.hpp"

#include <gtest/gtest.h>

namespace kiln::exec {
namespace {

TEST(PolicyText, IsWhatTheTemplateSays) {
    plan::PolicyDocumentOptions document;
    document.statements = {{"Allow", {"ssm:*", "s3:GetObject"}, {"*"}}};
    EXPECT_EQ(
        policy_text(document),
        R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["ssm:*",)"
        R"("s3:GetObject"],"Resource":["*"]}]})"
    );
    document = {"2008-10-17", {}};
    EXPECT_EQ(policy_text(document), R"({"Version":"2008-10-17","Statement":[]})");
}

TEST(IsUnknownProfile, KnowsTheWordsOfEc2) {
    const char* invalid = "InvalidParameterValue";
    EXPECT_TRUE(is_unknown_profile(
        invalid,
        "Value (packer-1) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance "
        "Profile name"
    ));
    EXPECT_FALSE(is_unknown_profile(invalid, "Value (x) for parameter groupId is invalid"));
    EXPECT_FALSE(is_unknown_profile("UnauthorizedOperation", "Invalid IAM Instance Profile name"));
}

}  // namespace
}  // namespace kiln::exec
