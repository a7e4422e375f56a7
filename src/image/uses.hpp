#pragma once

#include "aws/auto_scaling.hpp"
#include "aws/ec2/instances.hpp"
#include "aws/ec2/launch_templates.hpp"
#include "aws/parameter_store.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace kiln::image {

/// What in one region may launch, or has launched, an image.
struct UseFacts {
    std::string region;
    std::vector<aws::ec2::Instance> instances;
    std::vector<aws::ec2::LaunchTemplateVersion> template_versions;
    std::vector<aws::ScalingGroup> groups;
    std::map<std::string, std::string> launch_configurations;  ///< name -> AMI
    std::vector<aws::NamedParameter> parameters;
    /// Kinds that could not be asked about, "launch templates: UnauthorizedOperation...": there may
    /// be uses that nobody saw.
    std::vector<std::string> unknown;
};

/// One use of an image.
struct ImageUse {
    std::string image_id;
    std::string region;
    std::string kind;  ///< "instance", "launch template", "Auto Scaling group", ...
    std::string name;  ///< "i-0123", "lt-0123 (nodes)"
    std::string how;   ///< "running", "versions 1, 3 (default)", "through lt-0123 version 3"

    bool operator==(const ImageUse&) const = default;
};

/// Who uses the images of these ids: instances that are not terminated, versions of launch
/// templates (old ones too: a group may launch them), Auto Scaling groups and launch
/// configurations, and parameters whose value holds the id. A template that resolves a parameter
/// uses what the parameter names. Pure; in the order of the facts.
std::vector<ImageUse> uses_of(const UseFacts& facts, const std::set<std::string>& image_ids);

/// Names of the clusters of Kubernetes that instances belong to, by their tags
/// ("kubernetes.io/cluster/NAME", "eks:cluster-name"): image id -> names.
std::map<std::string, std::set<std::string>> clusters_of(
    const std::vector<aws::ec2::Instance>& instances
);

}  // namespace kiln::image
