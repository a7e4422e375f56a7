#pragma once

#include "plan/option_table.hpp"
#include "plan/options/ami_filter.hpp"
#include "plan/options/aws_access.hpp"

#include <optional>
#include <string>

namespace kiln::plan {

/// Data source `amazon-ami`: an AMI that is looked up.
struct AmazonAmiDataOptions {
    AwsAccessOptions access;
    AmiFilterOptions filter;

    bool operator==(const AmazonAmiDataOptions&) const = default;

    static const OptionTable& options();
};

/// Data source `amazon-parameterstore`: a parameter of the SSM.
struct AmazonParameterDataOptions {
    AwsAccessOptions access;
    std::string name = "";
    bool with_decryption = false;

    bool operator==(const AmazonParameterDataOptions&) const = default;

    static const OptionTable& options();
};

/// Data source `amazon-secretsmanager`: a secret.
struct AmazonSecretDataOptions {
    AwsAccessOptions access;
    std::string name = "";
    std::optional<std::string> key;
    std::optional<std::string> version_id;
    std::string version_stage = "AWSCURRENT";

    bool operator==(const AmazonSecretDataOptions&) const = default;

    static const OptionTable& options();
};

}  // namespace kiln::plan
