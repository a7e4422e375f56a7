#pragma once

#include "aws/ec2/images.hpp"
#include "execute/aws/costs.hpp"
#include "execute/aws/session.hpp"
#include "execute/builder/amazon/network.hpp"
#include "plan/build_plan.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace kiln::exec {

/// What a build on EC2 would find, make and cost.
struct Forecast {
    std::string build;
    std::string account;
    std::string region;
    aws::ec2::Image source;
    BuildNetwork network;
    std::string instance_type;
    bool is_spot = false;
    bool makes_key_pair = false;
    bool makes_security_group = false;
    std::vector<ForecastVolume> volumes;
    std::string ami_name;                         ///< "" where no AMI is made
    std::vector<std::string> ami_regions;         ///< where it stays, the build's own first
    std::map<std::string, std::string> standing;  ///< region -> AMI that has the name already
    bool replaces_standing = false;               ///< otherwise they stop the build
    std::chrono::minutes assumed{0};              ///< how long the instance runs
    std::vector<CostPart> once;
    std::vector<CostPart> monthly;  ///< at most: snapshots hold what was written
};

/// Looks all of this up; creates nothing. The errors are those that the build would have.
/// `assumed` is how long the instance is taken to run: nobody knows before.
Forecast forecast(
    AwsSession& session,
    const plan::Build& build,
    Prices& prices,
    std::chrono::minutes assumed,
    std::stop_token stop
);

}  // namespace kiln::exec
