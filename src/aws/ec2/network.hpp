#pragma once

#include "aws/ec2/parameters.hpp"
#include "aws/ec2/region.hpp"

#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

namespace kiln::aws::ec2 {

struct Vpc {
    std::string id;
    bool is_default = false;

    bool operator==(const Vpc&) const = default;
};
std::vector<Vpc> describe_vpcs(
    const Region&, const std::vector<std::string>& ids, const Filters&, std::stop_token
);

struct Subnet {
    std::string id;
    std::string vpc_id;
    std::string availability_zone;
    std::int64_t free_addresses = 0;
    bool maps_public_ip = false;

    bool operator==(const Subnet&) const = default;
};
std::vector<Subnet> describe_subnets(
    const Region&, const std::vector<std::string>& ids, const Filters&, std::stop_token
);

/// Availability zones of the region in which instances of `type` can be had.
std::vector<std::string> zones_with_type(const Region&, const std::string& type, std::stop_token);

struct SecurityGroup {
    std::string id;
    std::string name;
    std::string vpc_id;
    Tags tags;

    bool operator==(const SecurityGroup&) const = default;
};
std::vector<SecurityGroup> describe_security_groups(
    const Region&, const std::vector<std::string>& ids, const Filters&, std::stop_token
);

struct NewSecurityGroup {
    std::string name;
    std::string description;
    std::string vpc_id;  ///< "": the default VPC
    Tags tags;
};
/// Its id. When an answer got lost, the group of that name that carries the tag `mark` is the one.
std::string create_security_group(
    const Region&, const NewSecurityGroup&, const std::string& mark, std::stop_token
);
/// Lets TCP come in to `port` from the networks, IPv4 or IPv6: "192.0.2.1/32".
void allow_tcp(
    const Region&,
    const std::string& group_id,
    int port,
    const std::vector<std::string>& networks,
    std::stop_token
);
/// Waits until nothing uses it any more. False when it is gone already.
bool delete_security_group(const Region&, const std::string& id, std::stop_token);

/// Names of the regions that the account may use.
std::vector<std::string> describe_regions(const Region&, std::stop_token);

}  // namespace kiln::aws::ec2
