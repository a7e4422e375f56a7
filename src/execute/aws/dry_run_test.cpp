#include "execute/aws/dry_run.hpp"

#include "execute/aws/permissions.hpp"
#include "plan/options/amazon_ebs.hpp"
#include "plan/options/amazon_ebssurrogate.hpp"

#include <gmock/gmock.h>

namespace kiln::exec {
namespace {

template <typename Options>
plan::Build build_of(const char* type, const Options& options) {
    plan::Build build;
    build.builder.type = type;
    build.builder.options =
        plan::DecodedOptions(Options::options(), std::make_shared<Options>(options), {});
    return build;
}

TEST(DryRun, KnowsAQuestionForEachActionOfEc2) {
    plan::AmazonEbsOptions ebs;
    ebs.instance.instance_type = "m5.large";
    ebs.instance.spot.spot_price = "auto";
    ebs.ami.ami_regions = {"eu-west-1"};
    ebs.ami.force_deregister = true;
    ebs.ami.deprecate_at = "2030-01-01T00:00:00Z";
    ebs.ami.deregistration_protection = plan::DeregistrationProtection{.enabled = true};
    ebs.ami.ami_users = {"123456789012"};
    ebs.ami.snapshots.snapshot_users = {"123456789012"};
    ebs.ami.ena_support = true;
    plan::AmazonEbssurrogateOptions surrogate;
    surrogate.use_create_image = true;
    plan::AmazonEbssurrogateOptions registered;

    plan::BuildPlan plan;
    plan.builds.push_back(build_of("amazon-ebs", ebs));
    plan.builds.push_back(build_of("amazon-ebssurrogate", surrogate));
    plan.builds.push_back(build_of("amazon-ebssurrogate", registered));
    std::size_t seen = 0;
    for (const Permission& permission : permissions_of(plan)) {
        for (const std::string& action : permission.actions) {
            if (action.starts_with("ec2:")) {
                EXPECT_TRUE(can_be_asked(action)) << action;
                ++seen;
            }
        }
    }
    EXPECT_GT(seen, 30U);
    EXPECT_FALSE(can_be_asked("iam:PassRole"));
}

TEST(DryRun, TellsARefusalFromAThingThatIsNotThere) {
    EXPECT_EQ(leave_of("DryRunOperation"), Leave::allowed);
    EXPECT_EQ(leave_of("UnauthorizedOperation"), Leave::refused);
    EXPECT_EQ(leave_of("InvalidInstanceID.NotFound"), Leave::unsure);
}

}  // namespace
}  // namespace kiln::exec
