#pragma once

#include "plan/option_table.hpp"
#include "plan/options/amazon_ebs.hpp"

#include <optional>
#include <string>
#include <vector>

namespace kiln::plan {

/// Builder `amazon-instance`: an AMI that lies in S3.
struct AmazonInstanceOptions {
    AwsAccessOptions access;
    AmiOptions ami;
    InstanceOptions instance;
    std::vector<BlockDeviceOptions> ami_block_device_mappings;
    std::vector<BlockDeviceOptions> launch_block_device_mappings;
    std::string account_id = "";
    std::string s3_bucket = "";
    std::string x509_cert_path = "";
    std::string x509_key_path = "";
    std::string x509_upload_path = "/tmp";
    std::string bundle_destination = "/tmp";
    std::string bundle_prefix = "image-{{timestamp}}";
    std::optional<std::string> bundle_upload_command;
    std::optional<std::string> bundle_vol_command;
    std::optional<std::string> tpm_support;

    bool operator==(const AmazonInstanceOptions&) const = default;

    static const OptionTable& options();
};

}  // namespace kiln::plan
