#pragma once

#include "plan/option_table.hpp"
#include "plan/options/ami_filter.hpp"
#include "plan/options/communicator.hpp"
#include "plan/options/key_value.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace kiln::plan {

/// Which VPC to build in; exactly one must match.
struct VpcFilterOptions {
    FilterOptions filter;

    bool operator==(const VpcFilterOptions&) const = default;

    static const OptionTable& options();
};

/// Which subnet to build in.
struct SubnetFilterOptions {
    FilterOptions filter;
    bool most_free = false;
    bool random = false;

    bool operator==(const SubnetFilterOptions&) const = default;

    static const OptionTable& options();
};

/// Which security groups the instance is in: all that match.
struct SecurityGroupFilterOptions {
    FilterOptions filter;

    bool operator==(const SecurityGroupFilterOptions&) const = default;

    static const OptionTable& options();
};

/// Where the instance is placed.
struct PlacementOptions {
    std::optional<std::string> host_id;
    std::optional<std::string> host_resource_group_arn;
    std::optional<std::string> tenancy;

    bool operator==(const PlacementOptions&) const = default;

    static const OptionTable& options();
};

/// The instance metadata service of the instance.
struct MetadataOptions {
    std::string http_endpoint = "enabled";
    std::string http_tokens = "optional";
    std::int64_t http_put_response_hop_limit = 1;
    std::string instance_metadata_tags = "disabled";

    bool operator==(const MetadataOptions&) const = default;

    static const OptionTable& options();
};

/// A licence that the License Manager keeps.
struct LicenseRequestOptions {
    std::optional<std::string> license_configuration_arn;

    bool operator==(const LicenseRequestOptions&) const = default;

    static const OptionTable& options();
};

/// A licence of the instance.
struct LicenseOptions {
    std::optional<LicenseRequestOptions> license_configuration_request;

    bool operator==(const LicenseOptions&) const = default;

    static const OptionTable& options();
};

/// A statement of the temporary instance profile's policy.
struct PolicyStatementOptions {
    std::string effect = "";
    std::vector<std::string> actions;
    std::vector<std::string> resources;

    bool operator==(const PolicyStatementOptions&) const = default;

    static const OptionTable& options();
};

/// The policy of an instance profile that is made for the build.
struct PolicyDocumentOptions {
    std::string version = "";
    std::vector<PolicyStatementOptions> statements;

    bool operator==(const PolicyDocumentOptions&) const = default;

    static const OptionTable& options();
};

/// Building on a spot instance.
struct SpotOptions {
    std::optional<std::string> spot_price;
    std::vector<std::string> spot_instance_types;
    std::optional<std::string> spot_allocation_strategy;
    std::map<std::string, std::string> spot_tags;
    std::vector<Tag> spot_tag;
    std::map<std::string, std::string> fleet_tags;
    std::vector<Tag> fleet_tag;
    std::optional<std::string> spot_price_auto_product;
    std::int64_t block_duration_minutes = 0;

    bool operator==(const SpotOptions&) const = default;

    static const OptionTable& options();
};

/// The instance that the image is built on.
struct InstanceOptions {
    std::optional<std::string> source_ami;
    std::optional<AmiFilterOptions> source_ami_filter;
    std::optional<std::string> instance_type;
    bool ebs_optimized = false;
    bool enable_nitro_enclave = false;
    bool enable_unlimited_credits = false;
    bool enable_t2_unlimited = false;
    std::string shutdown_behavior = "stop";
    bool disable_stop_instance = false;
    std::optional<std::string> iam_instance_profile;
    bool skip_profile_validation = false;
    std::optional<PolicyDocumentOptions> temporary_iam_instance_profile_policy_document;
    std::optional<std::string> availability_zone;
    std::optional<std::string> subnet_id;
    std::optional<SubnetFilterOptions> subnet_filter;
    std::optional<std::string> vpc_id;
    std::optional<VpcFilterOptions> vpc_filter;
    std::optional<std::string> security_group_id;
    std::vector<std::string> security_group_ids;
    std::optional<SecurityGroupFilterOptions> security_group_filter;
    std::vector<std::string> temporary_security_group_source_cidrs;
    bool temporary_security_group_source_public_ip = false;
    std::optional<bool> associate_public_ip_address;
    std::optional<std::string> user_data;
    std::optional<std::string> user_data_file;
    std::map<std::string, std::string> run_tags;
    std::vector<Tag> run_tag;
    std::optional<MetadataOptions> metadata_options;
    std::optional<PlacementOptions> placement;
    std::optional<std::string> tenancy;
    std::vector<LicenseOptions> license_specifications;
    std::optional<std::string> capacity_reservation_preference;
    std::optional<std::string> capacity_reservation_id;
    std::optional<std::string> capacity_reservation_group_arn;
    std::chrono::nanoseconds windows_password_timeout = std::chrono::minutes(20);
    SpotOptions spot;
    CommunicatorOptions communicator;
    bool inject_host_key = true;
    std::optional<std::string> ssh_interface;
    std::int64_t session_manager_port = 0;
    std::chrono::nanoseconds pause_before_ssm{0};

    bool operator==(const InstanceOptions&) const = default;

    static const OptionTable& options();
    /// Whether the build makes a key pair of its own: nothing else lets it log in.
    bool needs_key_pair() const;
    /// Whether it makes a security group of its own: the template names and filters none.
    bool needs_security_group() const;
    /// Whether it makes a role and an instance profile of its own.
    bool makes_instance_profile() const;
    /// Whether it logs in through a tunnel of the Systems Manager.
    bool uses_session_manager() const;
    /// Whether a security group of its own has to let the builder in.
    bool needs_open_port() const;
};

}  // namespace kiln::plan
