#pragma once

#include "plan/build_plan.hpp"
#include "plan/options/aws_access.hpp"
#include "plan/options/aws_image.hpp"
#include "plan/options/aws_instance.hpp"
#include "plan/options/block_device.hpp"

#include <optional>
#include <vector>

namespace kiln::exec {

/// What the options of every Amazon builder come to, before a build. Points into them.
struct AmazonParts {
    const plan::AwsAccessOptions* access = nullptr;
    const plan::InstanceOptions* instance = nullptr;
    const plan::AmiOptions* ami = nullptr;  ///< null where no AMI is made
    std::vector<plan::BlockDeviceOptions> launch_devices;
    std::vector<plan::BlockDeviceOptions> ami_devices;
    /// Device names of volumes that are still there after the build: amazon-ebsvolume's.
    std::vector<std::string> kept_volumes;
};

/// Nothing for builders of other kinds.
std::optional<AmazonParts> amazon_parts(const plan::Build& build);

}  // namespace kiln::exec
