#pragma once

#include "execute/builder/amazon/launch.hpp"

namespace kiln::exec {

/// Launches by a fleet of type "instant" from a launch template that is made for it: of the types
/// that the template names EC2 takes the one that `spot_allocation_strategy` prefers.
aws::ec2::Instance launch_spot(const Ec2Build& build, const LaunchRequest& request);

}  // namespace kiln::exec
