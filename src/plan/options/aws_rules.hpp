#pragma once

#include "plan/check.hpp"
#include "plan/options/ami_filter.hpp"
#include "plan/options/aws_instance.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace kiln::plan {

/// "source_ami" or "source_ami_filter" says what to start from, and a filter by itself says whose
/// images it looks through: anybody may publish an AMI of any name.
void check_ami_source(
    const std::optional<std::string>& id,
    const std::optional<AmiFilterOptions>& filter,
    const CheckContext& context
);

bool is_spot(const SpotOptions& spot);

/// "ena_support" and "sriov_support" modify the instance, which a spot instance does not allow.
void check_spot_is_not_modified(
    const SpotOptions& spot,
    std::optional<bool> ena_support,
    bool sriov_support,
    const CheckContext& context
);

/// `name` with a dash for each character that may not stand in the name of an AMI:
/// {{clean_resource_name}} of the amazon builders.
std::string clean_ami_name(const std::string& name);

/// The id of a key, that of a multi-region key, "alias/NAME" or the ARN of either.
bool is_kms_key(std::string_view text);

}  // namespace kiln::plan
