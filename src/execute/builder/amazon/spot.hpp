#pragma once

#include "execute/builder/amazon/launch.hpp"

#include <string>

namespace kiln::exec {

/// Launches by a fleet of type "instant" from a launch template that is made for it: of the types
/// that the template names EC2 takes the one that `spot_allocation_strategy` prefers. Returns the
/// instance's id.
std::string launch_spot(const Ec2Build& build, const LaunchRequest& request);

}  // namespace kiln::exec
