#pragma once

#include "aws/service.hpp"
#include "aws/shared_config.hpp"

#include <map>
#include <optional>
#include <string>

namespace kiln::aws {

/// "aws", "aws-cn", "aws-us-gov", ...: by the first letters of the region. CopyImage does not cross
/// it, and it stands in every ARN.
std::string partition_of(const std::string& region);

/// The region that signs for, and holds, what a partition has only once: IAM.
std::string global_region_of(const std::string& region);

/// What decides where requests go, besides region and service.
struct EndpointSettings {
    /// From a template's custom_endpoint_ec2 and the like; they win over all else.
    std::map<Service, std::string> from_template;
    /// From variables and configuration files.
    std::map<Service, std::string> configured;
    bool fips = false;
    bool dual_stack = false;
};

/// Reads AWS_ENDPOINT_URL_<SERVICE>, AWS_ENDPOINT_URL and the endpoint_url of `profile` and of its
/// [services] section, in this order; none of them with AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true.
/// Error{input} for one that is not an http or https address.
EndpointSettings endpoint_settings(
    const std::map<std::string, std::string>& environment,
    const SharedConfig& config,
    const std::string& profile
);

/// Without a slash at its end: "https://ec2.eu-west-1.amazonaws.com".
std::string endpoint_url(
    Service service, const std::string& region, const EndpointSettings& settings
);

/// Whether `url` leads to a host of Amazon's, in any partition: one of a region, of FIPS, of a VPC.
/// Not so an emulator, or another cloud with Amazon's interface.
bool is_amazon_endpoint(const std::string& url);

/// AWS_REGION, AWS_DEFAULT_REGION, or the profile's; nothing when none of them says (then ask the
/// instance that kiln runs on, and never assume one). Error{input} for a text that can not be one.
std::optional<std::string> configured_region(
    const std::map<std::string, std::string>& environment,
    const SharedConfig& config,
    const std::string& profile
);

/// Whether `text` has the shape of a region's name, "eu-west-1": it becomes part of a host name.
bool is_region_name(const std::string& text);

}  // namespace kiln::aws
