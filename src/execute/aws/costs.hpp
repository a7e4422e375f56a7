#pragma once

#include "aws/ec2/images.hpp"
#include "execute/aws/prices.hpp"
#include "execute/cost.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace kiln::exec {

struct AmazonParts;

/// A volume of the instance, as far as it is known before the launch.
struct ForecastVolume {
    std::string device_name;
    std::int64_t size_gib = 0;
    std::string type;  ///< "gp3"
    bool outlives_build = false;

    bool operator==(const ForecastVolume&) const = default;
};

/// What a build uses on EC2, or has used.
struct Ec2Use {
    std::string region;
    std::string instance_type;  ///< "" when nobody knows
    bool is_spot = false;
    bool has_public_address = false;
    std::chrono::seconds running{0};   ///< of the instance
    std::chrono::seconds attached{0};  ///< of its volumes
    std::vector<ForecastVolume> volumes;
    std::vector<std::string> ami_regions;  ///< where an AMI of these volumes stays
};

struct Ec2Costs {
    std::vector<CostPart> once;
    std::vector<CostPart> monthly;  ///< at most: snapshots hold what was written
};

Ec2Costs costs_of(const Ec2Use& use, Prices& prices);

/// The source AMI's devices, and over them the template's.
std::vector<ForecastVolume> volumes_of(const aws::ec2::Image& source, const AmazonParts& parts);

/// Where the AMI of a build in region `own` stays: there, and where it is copied to.
std::vector<std::string> ami_regions_of(const AmazonParts& parts, const std::string& own);

}  // namespace kiln::exec
