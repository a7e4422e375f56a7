#pragma once

#include "plan/option_table.hpp"
#include "plan/options/amazon_ebs.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace kiln::plan {

/// A volume to make.
struct EbsVolumeOptions {
    BlockDeviceOptions device;
    std::map<std::string, std::string> tags;
    std::vector<Tag> tag;
    bool snapshot_volume = false;
    std::optional<std::string> snapshot_description;
    SnapshotTagOptions snapshots;

    bool operator==(const EbsVolumeOptions&) const = default;

    static const OptionTable& options();
};

/// Builder `amazon-ebsvolume`: volumes instead of an AMI.
struct AmazonEbsvolumeOptions {
    AwsAccessOptions access;
    InstanceOptions instance;
    std::optional<bool> ena_support;
    bool sriov_support = false;
    std::vector<EbsVolumeOptions> ebs_volumes;
    std::map<std::string, std::string> run_volume_tags;
    std::vector<Tag> run_volume_tag;

    bool operator==(const AmazonEbsvolumeOptions&) const = default;

    static const OptionTable& options();
};

}  // namespace kiln::plan
