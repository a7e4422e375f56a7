#pragma once

#include "aws/ec2/region.hpp"

#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

namespace kiln::aws::ec2 {

/// A version of a launch template, as far as it says what is launched.
struct LaunchTemplateVersion {
    std::string template_id;
    std::string template_name;
    std::int64_t number = 0;
    bool is_default = false;
    std::string image_id;  ///< "ami-...", "resolve:ssm:PARAMETER", or "" when it names none

    bool operator==(const LaunchTemplateVersion&) const = default;
};
/// All versions of one template.
std::vector<LaunchTemplateVersion> launch_template_versions(
    const Region&, const std::string& template_id, std::stop_token
);

}  // namespace kiln::aws::ec2
