#pragma once

#include "execute/builder/amazon/ec2_build.hpp"
#include "plan/options/aws_access.hpp"

#include <map>
#include <optional>
#include <string>

namespace kiln::exec {

/// `usual`, unless the template (`aws_polling`) or the environment (AWS_POLL_DELAY_SECONDS,
/// AWS_MAX_ATTEMPTS, AWS_TIMEOUT_SECONDS) says how often and how long to ask. The template wins; a
/// timeout wins over a number of attempts. Error{input} for a variable that is no number.
Patience patience_of(
    const std::optional<plan::AwsPollingOptions>& polling,
    const std::map<std::string, std::string>& environment,
    Patience usual
);

}  // namespace kiln::exec
