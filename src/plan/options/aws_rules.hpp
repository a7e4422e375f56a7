#pragma once

#include "plan/check.hpp"
#include "plan/option_table.hpp"
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

void check_spot(
    const SpotOptions& spot,
    std::optional<bool> ena_support,
    bool sriov_support,
    const CheckContext& context
);

template <class Builder>
void check_spot_of(const Builder& options, const CheckContext& context) {
    if constexpr (requires { options.ami; }) {
        check_spot(
            options.instance.spot, options.ami.ena_support, options.ami.sriov_support, context
        );
    } else {
        check_spot(options.instance.spot, options.ena_support, options.sriov_support, context);
    }
}

/// "ena_support" and "sriov_support" modify the instance, which a spot instance does not allow.
/// They are the builder's own where it makes no AMI.
template <class Builder>
OptionRule spot_is_not_modified() {
    return rule<&check_spot_of<Builder>>(
        "A spot instance can not be modified: `spot_price` "
        "excludes `ena_support = true` and `sriov_support`."
    );
}

/// `name` with a dash for each character that may not stand in the name of an AMI:
/// {{clean_resource_name}} of the amazon builders.
std::string clean_ami_name(const std::string& name);

/// The id of a key, that of a multi-region key, "alias/NAME" or the ARN of either.
bool is_kms_key(std::string_view text);

}  // namespace kiln::plan
