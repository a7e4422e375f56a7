#pragma once

#include "execute/builder/amazon/ec2_build.hpp"
#include "plan/options/aws_instance.hpp"

#include <functional>
#include <stop_token>
#include <string>

namespace kiln::exec {

/// Where the instance will stand. Empty texts leave it to EC2.
struct BuildNetwork {
    std::string vpc_id;
    std::string subnet_id;
    std::string availability_zone;
    bool gives_public_address = true;  ///< as far as can be known before the launch

    bool operator==(const BuildNetwork&) const = default;
};

/// Looks up what `vpc_id`, `vpc_filter`, `subnet_id`, `subnet_filter` and `availability_zone` name.
/// Where a public address is asked for and no subnet is named, one of the default VPC that offers
/// the instance type is taken. Error{not_found} or Error{input} when a filter matches nothing, or
/// more than it may. `say` hears what was found.
BuildNetwork find_network(
    const aws::ec2::Region& region,
    const plan::InstanceOptions& options,
    const std::function<void(const std::string&)>& say,
    std::stop_token stop
);

/// A VPC without a subnet is of use only when it is the default one. Error{input} otherwise.
void check_vpc(const Ec2Build& build, const plan::InstanceOptions& options);

}  // namespace kiln::exec
