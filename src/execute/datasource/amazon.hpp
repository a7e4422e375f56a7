#pragma once

#include "execute/aws/session.hpp"
#include "hcl/value.hpp"
#include "plan/options/amazon_data.hpp"

namespace kiln::exec {

/// Data source `amazon-ami`: `id`, `name`, `creation_date`, `owner`, `owner_name` and `tags` of the
/// AMI that the filter names. Errors as of find_ami.
hcl::Value read_amazon_ami(const plan::AmazonAmiDataOptions& options, AwsSessions& sessions);

/// Data source `amazon-parameterstore`: `value`, `version` and `arn`.
hcl::Value read_amazon_parameter(
    const plan::AmazonParameterDataOptions& options, AwsSessions& sessions
);

/// Data source `amazon-secretsmanager`: `value`, `secret_string`, `secret_binary` and `version_id`.
/// `value` is the member that `key` names, "" when there is none of that name, and without a key
/// the first by name; of a secret that is no JSON object it is the whole text.
hcl::Value read_amazon_secret(const plan::AmazonSecretDataOptions& options, AwsSessions& sessions);

}  // namespace kiln::exec
