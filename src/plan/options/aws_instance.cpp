#include "plan/options/aws_instance.hpp"

#include "hcl/functions/address.hpp"
#include "plan/check.hpp"
#include "plan/options/aws_rules.hpp"

#include <algorithm>
#include <array>

namespace kiln::plan {

namespace {

void hosts_are_dedicated(const PlacementOptions& placement, const CheckContext& context) {
    if ((placement.host_id || placement.host_resource_group_arn) && placement.tenancy &&
        placement.tenancy != "host") {
        context.error("tenancy", "on a dedicated host tenancy must be \"host\"");
    }
}

void tags_are_of_spot(const SpotOptions& spot, const CheckContext& context) {
    const auto check = [&](const char* option, bool given) {
        if (given && !is_spot(spot)) {
            context.error(
                option,
                std::string("\"") + option + "\" is for spot instances only",
                "set spot_price"
            );
        }
    };
    check("spot_tags", !spot.spot_tags.empty());
    check("spot_tag", !spot.spot_tag.empty());
    check("fleet_tags", !spot.fleet_tags.empty());
    check("fleet_tag", !spot.fleet_tag.empty());
}

void block_of_whole_hours(const SpotOptions& spot, const CheckContext& context) {
    constexpr std::int64_t kMinutesOfAnHour = 60;
    if (spot.block_duration_minutes % kMinutesOfAnHour != 0) {
        context.error("block_duration_minutes", "block_duration_minutes must be a multiple of 60");
    }
}

void source_is_named(const InstanceOptions& instance, const CheckContext& context) {
    check_ami_source(instance.source_ami, instance.source_ami_filter, context);
}

void key_pairs_can_be_used(const InstanceOptions& instance, const CheckContext& context) {
    const SshOptions& ssh = instance.communicator.ssh;
    if (ssh.ssh_keypair_name && !ssh.ssh_private_key_file && !ssh.ssh_agent_auth) {
        context.error(
            "ssh_keypair_name",
            "a key pair of EC2 is of use only with its private key",
            "give ssh_private_key_file, or set ssh_agent_auth = true"
        );
    }
    const auto& type = ssh.temporary_key.temporary_key_pair_type;
    if (type && !is_unknown(*type) && type != "rsa" && type != "ed25519") {
        context.error(
            "temporary_key_pair_type",
            "EC2 makes no " + *type + " keys",
            "use \"ed25519\" or \"rsa\""
        );
    }
}

void sessions_have_a_profile(const InstanceOptions& instance, const CheckContext& context) {
    if (instance.ssh_interface != "session_manager") {
        return;
    }
    if (instance.communicator.communicator == "winrm") {
        context.error("ssh_interface", "the session manager goes with communicator \"ssh\" only");
    }
    const SshOptions& ssh = instance.communicator.ssh;
    for (const auto& [option, given] :
         {std::pair{"ssh_bastion_host", ssh.ssh_bastion_host.has_value()},
          std::pair{"ssh_proxy_host", ssh.ssh_proxy_host.has_value()}}) {
        if (given) {
            context.error(
                option,
                "the session manager's tunnel begins on this machine, so no other way leads to it",
                std::string("leave out ") + option
            );
        }
    }
    if (!instance.iam_instance_profile &&
        !instance.temporary_iam_instance_profile_policy_document) {
        context.error(
            "ssh_interface",
            "the session manager needs an instance profile that allows it",
            "give iam_instance_profile, or temporary_iam_instance_profile_policy_document"
        );
    }
}

void statements_are_whole(const PolicyStatementOptions& statement, const CheckContext& context) {
    if (statement.effect.empty()) {
        context.error("Effect", "the statement has no Effect", "Effect = \"Allow\"");
    }
    if (statement.actions.empty()) {
        context.error("Action", "the statement has no Action", "Action = [\"s3:GetObject\"]");
    }
    if (statement.resources.empty()) {
        context.error("Resource", "the statement has no Resource", "Resource = [\"*\"]");
    }
}

void policies_say_something(const PolicyDocumentOptions& document, const CheckContext& context) {
    if (document.statements.empty()) {
        context.error(
            "Statement",
            "the policy has no Statement",
            "Statement { Effect = \"Allow\", Action = [\"s3:GetObject\"], Resource = [\"*\"] }, "
            "one "
            "argument a line"
        );
    }
}

void user_data_exists(const InstanceOptions& instance, const CheckContext& context) {
    if (instance.user_data_file && context.is_missing(*instance.user_data_file)) {
        context.error("user_data_file", "there is no file \"" + *instance.user_data_file + "\"");
    }
}

void cidrs_are_spelt(const InstanceOptions& instance, const CheckContext& context) {
    for (const std::string& network : instance.temporary_security_group_source_cidrs) {
        if (!is_unknown(network) && !hcl::functions::parse_network(network)) {
            context.error(
                "temporary_security_group_source_cidrs",
                "\"" + network + "\" is no network",
                "write \"192.0.2.0/24\", a single address as \"192.0.2.1/32\""
            );
        }
    }
}

bool is_of_family(const std::string& instance_type, std::string_view family) {
    return instance_type.starts_with(family) &&
           instance_type.substr(family.size()).starts_with('.');
}

void credits_are_of_burstable(const InstanceOptions& instance, const CheckContext& context) {
    const std::string type = instance.instance_type.value_or("");
    if ((!instance.enable_unlimited_credits && !instance.enable_t2_unlimited) || is_unknown(type)) {
        return;
    }
    const char* option =
        instance.enable_unlimited_credits ? "enable_unlimited_credits" : "enable_t2_unlimited";
    constexpr std::array<std::string_view, 4> kFamilies = {"t2", "t3", "t3a", "t4g"};
    if (std::none_of(kFamilies.begin(), kFamilies.end(), [&](std::string_view family) {
            return is_of_family(type, family);
        })) {
        context.error(
            option,
            "instances of type \"" + type + "\" have no credits",
            "T2, T3, T3a and T4g have; leave it out"
        );
    } else if (instance.spot.spot_price && is_of_family(type, "t2")) {
        context.error(option, "a T2 spot instance can not exceed its credits");
    }
}

void enclaves_have_their_types(const InstanceOptions& instance, const CheckContext& context) {
    if (!instance.enable_nitro_enclave) {
        return;
    }
    if (instance.spot.spot_price) {
        context.error("enable_nitro_enclave", "a spot instance can have no enclaves");
    }
    if (instance.instance_type && instance.instance_type->starts_with('t')) {
        context.error(
            "enable_nitro_enclave",
            "burstable instances (\"" + *instance.instance_type + "\") can have no enclaves"
        );
    }
}

void one_tenancy(const InstanceOptions& instance, const CheckContext& context) {
    if (instance.tenancy && instance.placement && instance.placement->tenancy) {
        context.error("tenancy", "tenancy is given twice", "keep the one in block \"placement\"");
    }
}

}  // namespace

bool InstanceOptions::needs_key_pair() const {
    const SshOptions& ssh = communicator.ssh;
    return communicator.communicator == "ssh" && !ssh.ssh_keypair_name &&
           !ssh.ssh_private_key_file && !ssh.ssh_password && !ssh.ssh_agent_auth;
}

bool InstanceOptions::makes_instance_profile() const {
    return temporary_iam_instance_profile_policy_document && !iam_instance_profile;
}

bool InstanceOptions::uses_session_manager() const {
    return communicator.communicator == "ssh" && ssh_interface == "session_manager";
}

bool InstanceOptions::needs_open_port() const {
    return communicator.communicator == "ssh" && !uses_session_manager();
}

bool InstanceOptions::needs_security_group() const {
    return !security_group_id && security_group_ids.empty() && !security_group_filter;
}

const OptionTable& VpcFilterOptions::options() {
    using O = VpcFilterOptions;
    static const OptionTable table = OptionTable::of<O>({
        include<&O::filter>(),
    });
    return table;
}

const OptionTable& SubnetFilterOptions::options() {
    using O = SubnetFilterOptions;
    static const OptionTable table = OptionTable::of<O>({
        include<&O::filter>(),
        option<&O::most_free>(
            "most_free", {.help = "of several, take the one with the most free addresses"}
        ),
        option<&O::random>("random", {.help = "of several, take any"}),
    });
    return table;
}

const OptionTable& SecurityGroupFilterOptions::options() {
    using O = SecurityGroupFilterOptions;
    static const OptionTable table = OptionTable::of<O>({
        include<&O::filter>(),
    });
    return table;
}

const OptionTable& PlacementOptions::options() {
    using O = PlacementOptions;
    static const OptionTable table = OptionTable::of<O>({
        option<&O::host_id>("host_id", {.help = "dedicated host to run on"}),
        option<&O::host_resource_group_arn>(
            "host_resource_group_arn", {.help = "group of dedicated hosts to run on"}
        ),
        option<&O::tenancy>(
            "tenancy",
            {.help = "whose hardware to run on", .allowed = {"default", "dedicated", "host"}}
        ),
        at_most_one({"host_id", "host_resource_group_arn"}),
        rule<&hosts_are_dedicated>(
            "`host_id` and `host_resource_group_arn` go with `tenancy = \"host\"`."
        ),
    });
    return table;
}

const OptionTable& MetadataOptions::options() {
    using O = MetadataOptions;
    static const OptionTable table = OptionTable::of<O>({
        option<&O::http_endpoint>(
            "http_endpoint", {.help = "whether it answers", .allowed = {"enabled", "disabled"}}
        ),
        option<&O::http_tokens>(
            "http_tokens",
            {.help = "whether it asks for a session token (IMDSv2)",
             .allowed = {"optional", "required"}}
        ),
        option<&O::http_put_response_hop_limit>(
            "http_put_response_hop_limit",
            {.help = "how many hops its answers live", .minimum = 1, .maximum = 64}
        ),
        option<&O::instance_metadata_tags>(
            "instance_metadata_tags",
            {.help = "whether it tells the instance's tags", .allowed = {"enabled", "disabled"}}
        ),
    });
    return table;
}

const OptionTable& LicenseRequestOptions::options() {
    using O = LicenseRequestOptions;
    static const OptionTable table = OptionTable::of<O>({
        option<&O::license_configuration_arn>(
            "license_configuration_arn", {.help = "ARN of the licence"}
        ),
    });
    return table;
}

const OptionTable& LicenseOptions::options() {
    using O = LicenseOptions;
    static const OptionTable table = OptionTable::of<O>({
        option<&O::license_configuration_request>(
            "license_configuration_request", {.help = "the licence to use"}
        ),
    });
    return table;
}

const OptionTable& PolicyStatementOptions::options() {
    using O = PolicyStatementOptions;
    static const OptionTable table = OptionTable::of<O>({
        option<&O::effect>(
            "Effect", {.help = "whether it allows or denies", .allowed = {"Allow", "Deny"}}
        ),
        option<&O::actions>("Action", {.help = "what is allowed"}),
        option<&O::resources>("Resource", {.help = "what on"}),
        rule<&statements_are_whole>("`Effect`, `Action` and `Resource` are all given."),
    });
    return table;
}

const OptionTable& PolicyDocumentOptions::options() {
    using O = PolicyDocumentOptions;
    static const OptionTable table = OptionTable::of<O>({
        option<&O::version>(
            "Version", {.help = "version of the policy language", .default_text = "\"2012-10-17\""}
        ),
        option<&O::statements>("Statement", {.help = "what the policy allows"}),
        rule<&policies_say_something>("There is a `Statement`."),
    });
    return table;
}

const OptionTable& SpotOptions::options() {
    using O = SpotOptions;
    static const OptionTable table = OptionTable::of<O>({
        option<&O::spot_price>("spot_price", {.help = "most to pay an hour, or \"auto\""}),
        option<&O::spot_instance_types>(
            "spot_instance_types", {.help = "types of instance, of which Amazon picks"}
        ),
        option<&O::spot_allocation_strategy>(
            "spot_allocation_strategy",
            {.help = "how it picks",
             .allowed =
                 {"lowest-price",
                  "diversified",
                  "capacity-optimized",
                  "capacity-optimized-prioritized",
                  "price-capacity-optimized"}}
        ),
        option<&O::spot_tags>(
            "spot_tags", {.help = "tags of the spot request", .render = Render::at_run}
        ),
        option<&O::spot_tag>("spot_tag", {.help = "one of them as a block"}),
        option<&O::fleet_tags>(
            "fleet_tags", {.help = "tags of the fleet", .render = Render::at_run}
        ),
        option<&O::fleet_tag>("fleet_tag", {.help = "one of them as a block"}),
        option<&O::spot_price_auto_product>(
            "spot_price_auto_product",
            {.help = "has no effect any more", .deprecated = "leave it out"}
        ),
        option<&O::block_duration_minutes>(
            "block_duration_minutes", {.help = "has no effect any more"}
        ),
        rule<&tags_are_of_spot>("`spot_tags` and `fleet_tags` need `spot_price`."),
        rule<&block_of_whole_hours>("`block_duration_minutes` is a multiple of 60."),
    });
    return table;
}

const OptionTable& InstanceOptions::options() {
    using O = InstanceOptions;
    static const OptionTable table = OptionTable::of<O>({
        SharedTable{"aws-instance", "EC2 instance"},
        option<&O::source_ami>("source_ami", {.help = "AMI to start from"}),
        option<&O::source_ami_filter>("source_ami_filter", {.help = "look the AMI up"}),
        option<&O::instance_type>("instance_type", {.help = "type of instance"}),
        option<&O::ebs_optimized>(
            "ebs_optimized", {.help = "bandwidth of its own for the volumes"}
        ),
        option<&O::enable_nitro_enclave>(
            "enable_nitro_enclave", {.help = "allow enclaves on the instance"}
        ),
        option<&O::enable_unlimited_credits>(
            "enable_unlimited_credits", {.help = "let a burstable instance exceed its credits"}
        ),
        option<&O::enable_t2_unlimited>(
            "enable_t2_unlimited",
            {.help = "older name of enable_unlimited_credits",
             .deprecated = "use enable_unlimited_credits"}
        ),
        option<&O::shutdown_behavior>(
            "shutdown_behavior",
            {.help = "what becomes of the instance that shuts itself down",
             .allowed = {"stop", "terminate"}}
        ),
        option<&O::disable_stop_instance>(
            "disable_stop_instance", {.help = "do not stop the instance; it shuts itself down"}
        ),
        option<&O::iam_instance_profile>(
            "iam_instance_profile", {.help = "instance profile of the instance"}
        ),
        option<&O::skip_profile_validation>(
            "skip_profile_validation", {.help = "do not look whether the profile is there"}
        ),
        option<&O::temporary_iam_instance_profile_policy_document>(
            "temporary_iam_instance_profile_policy_document",
            {.help =
                 "make a role and an instance profile with this policy, for the time of the build; "
                 "iam_instance_profile wins"}
        ),
        option<&O::availability_zone>(
            "availability_zone", {.help = "availability zone", .default_text = "the subnet's"}
        ),
        option<&O::subnet_id>("subnet_id", {.help = "subnet to build in"}),
        option<&O::subnet_filter>("subnet_filter", {.help = "look the subnet up"}),
        option<&O::vpc_id>("vpc_id", {.help = "VPC to build in"}),
        option<&O::vpc_filter>("vpc_filter", {.help = "look the VPC up"}),
        option<&O::security_group_id>(
            "security_group_id",
            {.help = "security group of the instance, instead of a temporary one"}
        ),
        option<&O::security_group_ids>("security_group_ids", {.help = "several of them"}),
        option<&O::security_group_filter>("security_group_filter", {.help = "look them up"}),
        option<&O::temporary_security_group_source_cidrs>(
            "temporary_security_group_source_cidrs",
            {.help = "who may connect to the instance while it is built",
             .default_text = "`[\"0.0.0.0/0\"]`"}
        ),
        option<&O::temporary_security_group_source_public_ip>(
            "temporary_security_group_source_public_ip",
            {.help = "only the address that this machine shows to the world"}
        ),
        option<&O::associate_public_ip_address>(
            "associate_public_ip_address",
            {.help = "give the instance a public address", .default_text = "the subnet's"}
        ),
        option<&O::user_data>("user_data", {.help = "user data of the instance"}),
        option<&O::user_data_file>("user_data_file", {.help = "file that holds it"}),
        option<&O::run_tags>(
            "run_tags",
            {.help = "tags of the instance and of all that is made with it",
             .render = Render::at_run}
        ),
        option<&O::run_tag>("run_tag", {.help = "one of them as a block"}),
        option<&O::metadata_options>("metadata_options", {.help = "the instance metadata service"}),
        option<&O::placement>("placement", {.help = "where the instance runs"}),
        option<&O::tenancy>(
            "tenancy",
            {.help = "older place of placement.tenancy",
             .allowed = {"default", "dedicated", "host"}}
        ),
        option<&O::license_specifications>(
            "license_specifications", {.help = "licences of the instance"}
        ),
        option<&O::capacity_reservation_preference>(
            "capacity_reservation_preference",
            {.help = "whether to use open capacity reservations",
             .allowed = {"none", "open"},
             .default_text = "\"none\""}
        ),
        option<&O::capacity_reservation_id>(
            "capacity_reservation_id", {.help = "capacity reservation to use"}
        ),
        option<&O::capacity_reservation_group_arn>(
            "capacity_reservation_group_arn", {.help = "group of capacity reservations to use"}
        ),
        option<&O::windows_password_timeout>(
            "windows_password_timeout", {.help = "how long to wait for the password of Windows"}
        ),
        include<&O::spot>(),
        include<&O::communicator>(),
        option<&O::inject_host_key>(
            "inject_host_key",
            {.help = "tell the instance by its user data which SSH host key to show, and believe "
                     "no other; needs cloud-init in the source AMI"}
        ),
        option<&O::ssh_interface>(
            "ssh_interface",
            {.help = "address of the instance to connect to",
             .allowed =
                 {"public_ip",
                  "private_ip",
                  "public_dns",
                  "private_dns",
                  "ipv6",
                  "session_manager"},
             .default_text = "public, then private address"}
        ),
        option<&O::session_manager_port>(
            "session_manager_port",
            {.help = "local port of the tunnel that the session manager makes",
             .minimum = 1,
             .maximum = 65535,
             .default_text = "a free one"}
        ),
        option<&O::pause_before_ssm>(
            "pause_before_ssm", {.help = "how long to wait before the tunnel is made"}
        ),
        exactly_one({"instance_type", "spot_instance_types"}),
        at_most_one({"user_data", "user_data_file"}),
        at_most_one({"security_group_id", "security_group_ids"}),
        at_most_one(
            {"capacity_reservation_preference",
             "capacity_reservation_id",
             "capacity_reservation_group_arn"}
        ),
        rule<&source_is_named>(
            "`source_ami` or `source_ami_filter` is required; a filter by itself names `owners`."
        ),
        rule<&key_pairs_can_be_used>("`ssh_keypair_name` needs `ssh_private_key_file` or "
                                     "`ssh_agent_auth`; keys that EC2 makes are `rsa` or `ed25519`."
        ),
        rule<&sessions_have_a_profile>("`ssh_interface = \"session_manager\"` needs communicator "
                                       "`ssh`, an instance profile, and no bastion or proxy."),
        rule<&user_data_exists>("`user_data_file` exists."),
        rule<&cidrs_are_spelt>(
            "`temporary_security_group_source_cidrs` are networks: `192.0.2.0/24`."
        ),
        rule<&credits_are_of_burstable>("`enable_unlimited_credits` needs a T2, T3, T3a or T4g "
                                        "instance, and no T2 spot instance."),
        rule<&enclaves_have_their_types>(
            "`enable_nitro_enclave` excludes spot instances and burstable types."
        ),
        rule<&one_tenancy>("`tenancy` and `placement.tenancy` exclude each other."),
    });
    return table;
}

}  // namespace kiln::plan
