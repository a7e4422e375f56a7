#pragma once

#include "execute/builder/amazon/ec2_build.hpp"
#include "execute/builder/amazon/network.hpp"
#include "plan/options/aws_instance.hpp"

#include <string>
#include <vector>

namespace kiln::exec {

/// The groups that the instance is in: those that the template names or filters, or one made for
/// this build, which lets the builder's own address in to the SSH port and nobody else unless the
/// template says so.
std::vector<std::string> security_groups(
    const Ec2Build& build,
    const plan::InstanceOptions& options,
    const BuildNetwork& network,
    const aws::ec2::Tags& run_tags
);

}  // namespace kiln::exec
