#pragma once

#include "plan/option_table.hpp"
#include "plan/options/aws_access.hpp"
#include "plan/options/aws_image.hpp"
#include "plan/options/aws_instance.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace kiln::plan {

/// The launch template of a region, for launching Windows fast.
struct FastLaunchTemplate {
    std::string region = "";
    std::optional<bool> enable_fast_launch;
    std::optional<std::string> template_id;
    std::optional<std::string> template_name;
    std::int64_t template_version = 0;

    bool operator==(const FastLaunchTemplate&) const = default;

    static const OptionTable& options();
};

/// Launching Windows fast, which kiln does not do.
struct FastLaunchOptions {
    bool enable_fast_launch = false;
    std::optional<std::string> template_id;
    std::optional<std::string> template_name;
    std::int64_t template_version = 0;
    std::vector<FastLaunchTemplate> region_launch_templates;
    std::int64_t max_parallel_launches = 0;
    std::int64_t target_resource_count = 0;

    bool operator==(const FastLaunchOptions&) const = default;

    static const OptionTable& options();
};

/// Tags of the volumes of the instance.
struct VolumeTagOptions {
    std::map<std::string, std::string> run_volume_tags;
    std::vector<NamedTag> run_volume_tag;

    bool operator==(const VolumeTagOptions&) const = default;

    static const OptionTable& options();
};

/// Builder `amazon-ebs`: an AMI of an instance's own disks.
struct AmazonEbsOptions {
    AwsAccessOptions access;
    AmiOptions ami;
    InstanceOptions instance;
    std::vector<BlockDeviceOptions> ami_block_device_mappings;
    std::vector<BlockDeviceOptions> launch_block_device_mappings;
    VolumeTagOptions volume_tags;
    bool no_ephemeral = false;
    bool skip_create_ami = false;
    bool skip_ami_run_tags = false;
    std::optional<FastLaunchOptions> fast_launch;

    bool operator==(const AmazonEbsOptions&) const = default;

    static const OptionTable& options();
};

}  // namespace kiln::plan
