#pragma once

#include "execute/builder/amazon/ec2_build.hpp"
#include "plan/options/aws_instance.hpp"

#include <string>

namespace kiln::exec {

/// The policy as IAM takes it: JSON.
std::string policy_text(const plan::PolicyDocumentOptions& document);

/// Makes a role that EC2 may take on and that may do what `document` says, and an instance profile
/// with it. Its name. The build has entered IAM before.
std::string make_profile(
    const Ec2Build& build,
    const plan::PolicyDocumentOptions& document,
    const aws::ec2::Tags& run_tags
);

}  // namespace kiln::exec
