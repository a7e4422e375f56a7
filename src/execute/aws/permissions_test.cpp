#include "execute/aws/permissions.hpp"

#include "plan/options/amazon_ebs.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace kiln::exec {
namespace {

using ::testing::Contains;
using ::testing::Not;

nlohmann::json policy_of(const plan::AmazonEbsOptions& options, bool explain = false) {
    plan::BuildPlan plan;
    plan::Build build;
    build.builder.type = "amazon-ebs";
    build.builder.options = plan::DecodedOptions(
        plan::AmazonEbsOptions::options(), std::make_shared<plan::AmazonEbsOptions>(options), {}
    );
    plan.builds.push_back(std::move(build));
    return nlohmann::json::parse(policy_json(permissions_of(plan), explain));
}

std::vector<std::string> actions_of(const nlohmann::json& policy) {
    std::vector<std::string> actions;
    for (const auto& statement : policy["Statement"]) {
        for (const auto& action : statement["Action"]) {
            actions.push_back(action);
        }
    }
    return actions;
}

const nlohmann::json& statement_with(const nlohmann::json& policy, const std::string& action) {
    for (const auto& statement : policy["Statement"]) {
        for (const auto& one : statement["Action"]) {
            if (one == action) {
                return statement;
            }
        }
    }
    throw std::runtime_error("no statement allows " + action);
}

TEST(Permissions, AllowDestructionOnlyOfWhatKilnHasMade) {
    const nlohmann::json policy = policy_of({});
    for (const char* action :
         {"ec2:TerminateInstances",
          "ec2:DeleteSecurityGroup",
          "ec2:DeregisterImage",
          "ec2:StopInstances",
          "ec2:DeleteKeyPair"}) {
        const auto& statement = statement_with(policy, action);
        EXPECT_EQ(statement["Condition"]["StringLike"]["aws:ResourceTag/kiln:run"], "*") << action;
    }
}

TEST(Permissions, ToKeepImagesGrowWithTheWork) {
    const auto actions = [](ImageKeeping work) {
        return actions_of(nlohmann::json::parse(policy_json(permissions_to_keep(work), false)));
    };
    const auto look = actions(ImageKeeping::look);
    EXPECT_THAT(look, Contains("ssm:GetParametersByPath"));
    EXPECT_THAT(look, Contains("autoscaling:DescribeAutoScalingGroups"));
    EXPECT_THAT(look, Contains("ebs:ListChangedBlocks"));
    EXPECT_THAT(look, Not(Contains("ec2:CreateTags")));
    const auto change = actions(ImageKeeping::change);
    EXPECT_THAT(change, Contains("ec2:DisableImage"));
    EXPECT_THAT(change, Contains("ec2:RegisterImage"));
    EXPECT_THAT(change, Not(Contains("ec2:DeleteSnapshot")));
    const auto policy =
        nlohmann::json::parse(policy_json(permissions_to_keep(ImageKeeping::change), false));
    EXPECT_TRUE(statement_with(policy, "ec2:DeregisterImage").contains("Condition"))
        << "only what kiln has made is taken back";
    const auto remove = actions(ImageKeeping::remove);
    EXPECT_THAT(remove, Contains("ec2:DeregisterImage"));
    EXPECT_THAT(remove, Contains("ec2:RestoreImageFromRecycleBin"));
}

TEST(Permissions, FollowTheTemplate) {
    plan::AmazonEbsOptions options;
    EXPECT_THAT(actions_of(policy_of(options)), Not(Contains("ec2:CopyImage")));
    options.ami.ami_regions = {"eu-west-1"};
    EXPECT_THAT(actions_of(policy_of(options)), Contains("ec2:CopyImage"));
    options.instance.security_group_id = "sg-1";
    EXPECT_THAT(actions_of(policy_of(options)), Not(Contains("ec2:CreateSecurityGroup")));
    options.instance.communicator.ssh.ssh_private_key_file = "key";
    EXPECT_THAT(actions_of(policy_of(options)), Not(Contains("ec2:ImportKeyPair")));
    options.skip_create_ami = true;
    EXPECT_THAT(actions_of(policy_of(options)), Not(Contains("ec2:CreateImage")));
}

TEST(Permissions, OfATemporaryInstanceProfileReachOnlyItsOwnRole) {
    plan::AmazonEbsOptions options;
    EXPECT_THAT(actions_of(policy_of(options)), Not(Contains("iam:CreateRole")));
    options.instance.temporary_iam_instance_profile_policy_document.emplace();
    const nlohmann::json policy = policy_of(options);
    for (const char* action :
         {"iam:CreateRole", "iam:CreateInstanceProfile", "iam:TagRole", "iam:PassRole"}) {
        EXPECT_FALSE(statement_with(policy, action).contains("Condition")) << action;
    }
    for (const char* action :
         {"iam:PutRolePolicy", "iam:AddRoleToInstanceProfile", "iam:DeleteRole"}) {
        const auto& statement = statement_with(policy, action);
        EXPECT_EQ(statement["Condition"]["StringLike"]["aws:ResourceTag/kiln:run"], "*") << action;
    }
    // Packer's: a profile that is named wins.
    options.instance.iam_instance_profile = "named";
    EXPECT_THAT(actions_of(policy_of(options)), Not(Contains("iam:CreateRole")));
}

TEST(Permissions, OfATunnelOpenNoPort) {
    plan::AmazonEbsOptions options;
    EXPECT_THAT(actions_of(policy_of(options)), Not(Contains("ssm:StartSession")));
    options.instance.ssh_interface = "session_manager";
    const std::vector<std::string> actions = actions_of(policy_of(options));
    EXPECT_THAT(actions, Contains("ssm:StartSession"));
    EXPECT_THAT(actions, Contains("ssm:TerminateSession"));
    EXPECT_THAT(actions, Contains("ec2:CreateSecurityGroup"));
    EXPECT_THAT(actions, Not(Contains("ec2:AuthorizeSecurityGroupIngress")));
}

TEST(Permissions, AreExplainedStepByStep) {
    const nlohmann::json policy = policy_of({}, true);
    EXPECT_EQ(statement_with(policy, "ec2:RunInstances")["Sid"], "LaunchingTheInstance");
    EXPECT_EQ(statement_with(policy, "ec2:ImportKeyPair")["Sid"], "MakingAKeyPair");
}

TEST(Permissions, OfAPlanWithoutEc2AreNone) {
    plan::BuildPlan plan;
    plan.builds.emplace_back();
    plan.builds.back().builder.type = "null";
    EXPECT_TRUE(permissions_of(plan).empty());
}

}  // namespace
}  // namespace kiln::exec
