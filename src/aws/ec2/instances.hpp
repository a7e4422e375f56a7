#pragma once

#include "aws/ec2/parameters.hpp"
#include "aws/ec2/region.hpp"

#include <map>
#include <stop_token>
#include <string>
#include <variant>
#include <vector>

namespace kiln::aws::ec2 {

struct Instance {
    std::string id;
    std::string state;              ///< "pending", "running", "stopped", "terminated", ...
    std::string state_reason_code;  ///< "Client.InternalError"
    std::string state_reason;
    std::string type;
    std::string image_id;
    std::string availability_zone;
    std::string public_ip;
    std::string private_ip;
    std::string public_dns;
    std::string private_dns;
    std::string ipv6;
    std::string vpc_id;
    std::string root_device_name;
    std::string root_device_type;
    std::map<std::string, std::string> volumes;  ///< device name -> volume id
    Tags tags;

    bool is_gone() const { return state == "terminated"; }
    bool operator==(const Instance&) const = default;
};

struct InstanceQuery {
    std::vector<std::string> ids;
    Filters filters;
};
/// Terminated ones are among them for about an hour.
std::vector<Instance> describe_instances(const Region&, const InstanceQuery&, std::stop_token);

/// Parameters of RunInstances with a ClientToken among them, so that it is safe to repeat. Why EC2
/// launches none is a value: there may be room elsewhere.
using Launched = std::variant<Instance, ServiceError>;
Launched run_instance(const Region&, const Parameters&, std::stop_token);
/// With `force` the guest is not asked.
void stop_instance(const Region&, const std::string& id, bool force, std::stop_token);
/// False when EC2 knows no such instance (any more).
bool terminate_instance(const Region&, const std::string& id, std::stop_token);

/// One attribute: {"EnaSupport.Value", "true"}. The instance must be stopped.
void modify_instance(
    const Region&,
    const std::string& id,
    const std::string& attribute,
    const std::string& value,
    std::stop_token
);

/// What the instance has written to its serial console so far; "" when EC2 has nothing.
std::string console_output(const Region&, const std::string& id, std::stop_token);

/// Ids of what a fleet of type "instant" launched; Parameters as CreateFleet takes them.
struct FleetAnswer {
    std::vector<std::string> instance_ids;
    std::string error_code;  ///< of the first launch that failed
    std::string error_message;
};
FleetAnswer create_fleet(const Region&, const Parameters&, std::stop_token);
/// Its id.
std::string create_launch_template(const Region&, const Parameters&, std::stop_token);
bool delete_launch_template(const Region&, const std::string& id, std::stop_token);
std::vector<std::string> describe_launch_templates(const Region&, const Filters&, std::stop_token);

}  // namespace kiln::aws::ec2
