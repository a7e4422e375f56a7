#pragma once

#include "aws/ec2/block_device.hpp"
#include "aws/ec2/instances.hpp"
#include "execute/builder/amazon/ec2_build.hpp"
#include "execute/builder/amazon/network.hpp"
#include "plan/options/aws_instance.hpp"
#include "plan/options/block_device.hpp"

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace kiln::exec {

/// A template's mapping as EC2 is asked for it.
std::vector<aws::ec2::BlockDevice> block_devices_of(
    const std::vector<plan::BlockDeviceOptions>& mappings
);

/// Those devices that only the source AMI maps and that would outlive an instance of it, apart from
/// the ones that `named` speaks of; here they end with it.
std::vector<aws::ec2::BlockDevice> outliving_devices(
    const aws::ec2::Image& source, const std::vector<aws::ec2::BlockDevice>& named
);

/// All that decides how the instance is launched.
struct LaunchRequest {
    const plan::InstanceOptions& options;
    const aws::ec2::Image& source;
    BuildNetwork network;
    std::string key_name;  ///< "" for none
    std::vector<std::string> security_group_ids;
    std::string instance_profile;   ///< name; "" for none
    bool is_profile_fresh = false;  ///< it is seconds old, and EC2 may not know it yet
    std::vector<aws::ec2::BlockDevice> devices;
    std::string user_data;  ///< as EC2 takes it
    aws::ec2::Tags run_tags;
    aws::ec2::Tags volume_tags;
};

/// Parameters of RunInstances, apart from type, count and token. Every volume ends with the
/// instance, those too that the source AMI maps and the template does not speak of.
aws::Parameters launch_parameters(const Ec2Build& build, const LaunchRequest& request);

/// Whether EC2 says that it does not know the instance profile.
bool is_unknown_profile(const std::string& code, const std::string& message);

/// How long to wait for EC2 to know a profile that IAM has just made: mostly ten seconds.
constexpr Patience kUntilProfileIsKnown{
    std::chrono::seconds(1), std::chrono::seconds(5), std::chrono::minutes(3)};

/// Launches it and returns its id. On-demand capacity that is missing in one subnet is looked for
/// in the others of the VPC where the template names none.
std::string launch(const Ec2Build& build, const LaunchRequest& request);

/// Waits until it runs. Error{input} for one without an EBS root device.
aws::ec2::Instance wait_until_running(const Ec2Build& build, const std::string& id);

/// Waits until the instance is in `state`. An Error that says why when it ends up in another.
aws::ec2::Instance wait_for_state(
    const Ec2Build& build, const std::string& id, const std::string& state
);

/// It as it is now; nothing when EC2 does not show it, or will not tell: for what explains an error
/// and must not become one.
std::optional<aws::ec2::Instance> look_if_possible(
    const Ec2Build& build, const std::string& id, const std::stop_token& stop
);

/// Whether it runs or is on its way there.
bool may_be_reached(const aws::ec2::Instance& instance);

/// "stopped (Client.UserInitiatedShutdown: ...)"
std::string state_text(const aws::ec2::Instance& instance);

}  // namespace kiln::exec
