#pragma once

#include "plan/option_table.hpp"
#include "plan/options/amazon_ebs.hpp"
#include "plan/options/aws_registration.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace kiln::plan {

/// A volume of the instance, and unless it is left out of the AMI.
struct SurrogateVolumeOptions {
    BlockDeviceOptions device;
    bool omit_from_artifact = false;

    bool operator==(const SurrogateVolumeOptions&) const = default;

    static const OptionTable& options();
};

/// The AMI's root volume: one of the instance's.
struct SurrogateRootOptions {
    std::string source_device_name = "";
    std::string device_name = "";
    std::int64_t volume_size = 0;
    std::optional<std::string> volume_type;
    bool delete_on_termination = false;
    std::int64_t iops = 0;
    std::optional<std::int64_t> throughput;

    bool operator==(const SurrogateRootOptions&) const = default;

    static const OptionTable& options();
};

/// Builder `amazon-ebssurrogate`: an AMI of a second disk of the instance.
struct AmazonEbssurrogateOptions {
    AwsAccessOptions access;
    AmiOptions ami;
    InstanceOptions instance;
    std::vector<BlockDeviceOptions> ami_block_device_mappings;
    std::vector<SurrogateVolumeOptions> launch_block_device_mappings;
    std::optional<SurrogateRootOptions> ami_root_device;
    VolumeTagOptions volume_tags;
    RegistrationOptions registration;
    std::optional<std::string> snapshot_description;
    bool use_create_image = false;
    bool skip_ami_run_tags = false;

    bool operator==(const AmazonEbssurrogateOptions&) const = default;

    static const OptionTable& options();
};

}  // namespace kiln::plan
