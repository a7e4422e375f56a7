#pragma once

#include "aws/ec2/images.hpp"
#include "aws/ec2/parameters.hpp"
#include "aws/ec2/region.hpp"
#include "plan/options/ami_filter.hpp"

#include <optional>
#include <stop_token>
#include <string>

namespace kiln::exec {

/// Filters as a describe call takes them: a value with commas stands for several values.
aws::ec2::Filters filters_of(const plan::FilterOptions& options);

/// The AMI that the id, the filter, or both together name. Error{not_found} when there is none,
/// Error{input} when there are several and `most_recent` does not say to take the newest.
aws::ec2::Image find_ami(
    const aws::ec2::Region& region,
    const std::optional<std::string>& id,
    const std::optional<plan::AmiFilterOptions>& filter,
    std::stop_token stop
);

}  // namespace kiln::exec
