#pragma once

#include "plan/option_table.hpp"
#include "plan/options/aws_access.hpp"
#include "plan/options/aws_image.hpp"
#include "plan/options/aws_registration.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace kiln::plan {

/// Post-processor `amazon-publish` and `kiln publish`: an AMI of disk images, without an instance.
struct AmazonPublishOptions {
    AwsAccessOptions access;
    AmiOptions ami;
    RegistrationOptions registration;
    std::vector<std::string> disks;
    std::string root_device_name = "/dev/xvda";
    std::string volume_type = "gp3";
    std::int64_t volume_size = 0;
    std::optional<std::string> snapshot_description;
    std::optional<std::string> lineage;
    std::string parent = "auto";
    bool skip_image_check = false;

    bool operator==(const AmazonPublishOptions&) const = default;

    static const OptionTable& options();
};

}  // namespace kiln::plan
