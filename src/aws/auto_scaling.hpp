#pragma once

#include "aws/client.hpp"

#include <map>
#include <stop_token>
#include <string>
#include <vector>

namespace kiln::aws {

/// A launch template and the version of it that a group launches: "3", "$Latest", "$Default", or ""
/// for the default.
struct LaunchedTemplate {
    std::string template_id;
    std::string template_name;  ///< where the group names it so
    std::string version;

    bool operator==(const LaunchedTemplate&) const = default;
};

/// An Auto Scaling group, as far as it says what it launches.
struct ScalingGroup {
    std::string name;
    std::string launch_configuration;         ///< its name, or ""
    std::vector<LaunchedTemplate> templates;  ///< those of a mixed instances policy among them

    bool operator==(const ScalingGroup&) const = default;
};
/// (Amazon EC2 Auto Scaling API Reference, DescribeAutoScalingGroups.)
std::vector<ScalingGroup> scaling_groups(Client&, const std::string& region, std::stop_token);

/// Names of launch configurations -> the AMIs that they launch. (DescribeLaunchConfigurations.)
std::map<std::string, std::string> launch_configurations(
    Client&, const std::string& region, std::stop_token
);

}  // namespace kiln::aws
