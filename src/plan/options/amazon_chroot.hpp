#pragma once

#include "plan/option_table.hpp"
#include "plan/options/ami_filter.hpp"
#include "plan/options/aws_access.hpp"
#include "plan/options/aws_image.hpp"
#include "plan/options/aws_registration.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace kiln::plan {

/// Builder `amazon-chroot`: an AMI of a volume that is attached to the instance it runs on.
struct AmazonChrootOptions {
    AwsAccessOptions access;
    AmiOptions ami;
    std::optional<std::string> source_ami;
    std::optional<AmiFilterOptions> source_ami_filter;
    bool from_scratch = false;
    std::vector<BlockDeviceOptions> ami_block_device_mappings;
    std::optional<std::string> root_device_name;
    std::int64_t root_volume_size = 0;
    std::optional<std::string> root_volume_type;
    std::optional<bool> root_volume_encrypt_boot;
    std::optional<std::string> root_volume_kms_key_id;
    std::map<std::string, std::string> root_volume_tags;
    std::vector<Tag> root_volume_tag;
    std::optional<std::string> device_path;
    std::optional<std::string> nvme_device_path;
    std::string mount_path = "/mnt/packer-amazon-chroot-volumes/{{.Device}}";
    std::string mount_partition = "1";
    std::vector<std::string> mount_options;
    std::vector<std::vector<std::string>> chroot_mounts;
    std::string command_wrapper = "{{.Command}}";
    std::vector<std::string> copy_files;
    std::vector<std::string> pre_mount_commands;
    std::vector<std::string> post_mount_commands;
    RegistrationOptions registration;

    bool operator==(const AmazonChrootOptions&) const = default;

    static const OptionTable& options();
};

}  // namespace kiln::plan
