#include "execute/builder/amazon/security_group.hpp"

#include "aws/ec2/network.hpp"
#include "base/error.hpp"
#include "base/strings.hpp"
#include "execute/builder/amazon/own_address.hpp"
#include "execute/builder/amazon/source_ami.hpp"

namespace kiln::exec {

namespace {

namespace ec2 = aws::ec2;

std::vector<std::string> named_groups(const plan::InstanceOptions& options) {
    std::vector<std::string> ids = options.security_group_ids;
    if (options.security_group_id) {
        ids.push_back(*options.security_group_id);
    }
    return ids;
}

std::vector<std::string> filtered_groups(
    const Ec2Build& build, const plan::SecurityGroupFilterOptions& filter, const std::string& vpc_id
) {
    ec2::Filters filters = filters_of(filter.filter);
    if (!vpc_id.empty()) {
        filters.push_back({"vpc-id", {vpc_id}});
    }
    std::vector<std::string> ids;
    for (const ec2::SecurityGroup& group :
         ec2::describe_security_groups(build.region(), {}, filters, build.stop())) {
        ids.push_back(group.id);
    }
    if (ids.empty()) {
        throw Error(ErrorKind::not_found, "No security group matches security_group_filter");
    }
    build.context().say("Found Security Group(s): " + join(ids, ", "));
    return ids;
}

// Addresses that are nobody's on the internet (RFC 1918, RFC 6598, RFC 4193).
const std::vector<std::string> kPrivateNetworks = {
    "10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"};

/// Whether the builder comes to the instance by another address than the one that the internet
/// sees: from inside of the VPC, over a VPN, through a bastion.
bool comes_from_within(const plan::InstanceOptions& options, const BuildNetwork& network) {
    const std::string interface = options.ssh_interface.value_or("");
    return interface.starts_with("private_") ||
           (interface.empty() && !network.gives_public_address) ||
           options.communicator.ssh.ssh_bastion_host || options.communicator.ssh.ssh_proxy_host;
}

std::vector<std::string> networks_let_in(
    const Ec2Build& build, const plan::InstanceOptions& options, const BuildNetwork& network
) {
    if (!options.temporary_security_group_source_cidrs.empty()) {
        return options.temporary_security_group_source_cidrs;
    }
    if (comes_from_within(options, network)) {
        return kPrivateNetworks;
    }
    if (const auto own = own_network(build)) {
        return {*own};
    }
    throw Error(
        ErrorKind::network,
        "the address that the internet knows this machine by can not be found out, so the "
        "temporary security group would let nobody in"
    )
        .set_hint(
            "say who shall be let in: temporary_security_group_source_cidrs = "
            "[\"192.0.2.1/32\"]"
        );
}

}  // namespace

std::vector<std::string> security_groups(
    const Ec2Build& build,
    const plan::InstanceOptions& options,
    const BuildNetwork& network,
    const ec2::Tags& run_tags
) {
    if (const std::vector<std::string> ids = named_groups(options); !ids.empty()) {
        ec2::describe_security_groups(build.region(), ids, {}, build.stop());
        build.context().say("Using specified security groups: " + join(ids, ", "));
        return ids;
    }
    if (options.security_group_filter) {
        return filtered_groups(build, *options.security_group_filter, network.vpc_id);
    }
    const ec2::NewSecurityGroup group{
        .name = build.temporary_name(),
        .description = "Temporary group for Packer",
        .vpc_id = network.vpc_id,
        .tags = build.temporary_tags(run_tags)};
    build.context().say("Creating temporary security group for this instance: " + group.name);
    const std::string id =
        ec2::create_security_group(build.region(), group, build.mark(), build.stop());
    if (options.needs_open_port()) {
        const int port = static_cast<int>(options.communicator.ssh.ssh_port);
        const std::vector<std::string> networks = networks_let_in(build, options, network);
        build.context().say(
            "Authorizing access to port " + std::to_string(port) + " from [" + join(networks, " ") +
            "] in the temporary security groups..."
        );
        ec2::allow_tcp(build.region(), id, port, networks, build.stop());
    }
    return {id};
}

}  // namespace kiln::exec
