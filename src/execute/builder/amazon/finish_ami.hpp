#pragma once

#include "execute/builder/amazon/ec2_build.hpp"
#include "plan/options/aws_image.hpp"

#include <string>

namespace kiln::exec {

/// Gives an AMI that is there what the template wants of it: deprecation, tags, description, shares
/// of it and its snapshots, protection. Sharing comes late, as nobody shall see an image that is
/// not whole, and protection last, as a protected image can not be taken back.
void finish_ami(
    const Ec2Build& build,
    const plan::AmiOptions& ami,
    const std::string& region,
    const std::string& id
);

}  // namespace kiln::exec
