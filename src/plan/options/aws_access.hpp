#pragma once

#include "plan/option_table.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace kiln::plan {

/// The role to act as, on top of the credentials found.
struct AssumeRoleOptions {
    std::string role_arn = "";
    std::optional<std::string> session_name;
    std::optional<std::string> external_id;
    std::int64_t duration_seconds = 0;
    std::optional<std::string> policy;
    std::vector<std::string> policy_arns;
    std::map<std::string, std::string> tags;
    std::vector<std::string> transitive_tag_keys;

    bool operator==(const AssumeRoleOptions&) const = default;

    static const OptionTable& options();
};

/// Credentials that a Vault server makes.
struct VaultAwsOptions {
    std::string name = "";
    std::string engine_name = "aws";
    std::optional<std::string> role_arn;
    std::optional<std::string> ttl;

    bool operator==(const VaultAwsOptions&) const = default;

    static const OptionTable& options();
};

/// How often and how long to ask until something is there.
struct AwsPollingOptions {
    std::int64_t delay_seconds = 0;
    std::int64_t max_attempts = 0;

    bool operator==(const AwsPollingOptions&) const = default;

    static const OptionTable& options();
};

/// Account, credentials and endpoint of Amazon's APIs.
struct AwsAccessOptions {
    std::optional<std::string> region;
    std::optional<std::string> access_key;
    std::optional<std::string> secret_key;
    std::optional<std::string> token;
    std::optional<std::string> profile;
    std::optional<std::string> shared_credentials_file;
    std::optional<AssumeRoleOptions> assume_role;
    std::optional<std::string> mfa_code;
    std::optional<VaultAwsOptions> vault_aws_engine;
    std::optional<std::string> custom_endpoint_ec2;
    bool insecure_skip_tls_verify = false;
    std::int64_t max_retries = 10;
    bool skip_metadata_api_check = false;
    bool skip_credential_validation = false;
    bool decode_authorization_messages = false;
    std::optional<AwsPollingOptions> aws_polling;

    bool operator==(const AwsAccessOptions&) const = default;

    static const OptionTable& options();
};

}  // namespace kiln::plan
