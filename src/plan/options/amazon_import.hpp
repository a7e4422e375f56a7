#pragma once

#include "plan/option_table.hpp"
#include "plan/options/aws_access.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace kiln::plan {

/// Post-processor `amazon-import`: an AMI of a disk image.
struct AmazonImportOptions {
    AwsAccessOptions access;
    std::string s3_bucket_name = "";
    std::optional<std::string> s3_key_name;
    std::optional<std::string> s3_encryption;
    std::optional<std::string> s3_encryption_key;
    bool skip_clean = false;
    std::string format = "ova";
    std::string architecture = "x86_64";
    std::optional<std::string> boot_mode;
    std::optional<std::string> platform;
    std::optional<std::string> role_name;
    std::optional<std::string> license_type;
    std::optional<std::string> ami_name;
    std::optional<std::string> ami_description;
    std::vector<std::string> ami_users;
    std::vector<std::string> ami_groups;
    std::vector<std::string> ami_org_arns;
    std::vector<std::string> ami_ou_arns;
    bool ami_encrypt = false;
    std::optional<std::string> ami_kms_key;
    std::optional<std::string> imds_support;
    std::map<std::string, std::string> tags;

    bool operator==(const AmazonImportOptions&) const = default;

    static const OptionTable& options();
};

}  // namespace kiln::plan
