#include "aws/ec2/network.hpp"

#include "aws/ec2/created_once.hpp"
#include "aws/ec2/elements.hpp"

namespace kiln::aws::ec2 {

namespace {

SecurityGroup read_group(const pugi::xml_node& item) {
    return {
        text_of(item, "groupId"),
        text_of(item, "groupName"),
        text_of(item, "vpcId"),
        tags_of(item)};
}

Parameters query_of(
    const std::string& id_name, const std::vector<std::string>& ids, const Filters& filters
) {
    Parameters parameters;
    add_list(parameters, id_name, ids);
    add_filters(parameters, filters);
    return parameters;
}

}  // namespace

std::vector<Vpc> describe_vpcs(
    const Region& region,
    const std::vector<std::string>& ids,
    const Filters& filters,
    std::stop_token stop
) {
    return describe_all(
        region,
        kDescribeVpcs,
        query_of("VpcId", ids, filters),
        "vpcSet",
        [](const pugi::xml_node& item) {
            return Vpc{text_of(item, "vpcId"), bool_of(item, "isDefault")};
        },
        stop
    );
}

std::vector<Subnet> describe_subnets(
    const Region& region,
    const std::vector<std::string>& ids,
    const Filters& filters,
    std::stop_token stop
) {
    return describe_all(
        region,
        kDescribeSubnets,
        query_of("SubnetId", ids, filters),
        "subnetSet",
        [](const pugi::xml_node& item) {
            return Subnet{
                text_of(item, "subnetId"),
                text_of(item, "vpcId"),
                text_of(item, "availabilityZone"),
                number_of(item, "availableIpAddressCount"),
                bool_of(item, "mapPublicIpOnLaunch")};
        },
        stop
    );
}

std::vector<std::string> zones_with_type(
    const Region& region, const std::string& type, std::stop_token stop
) {
    Parameters parameters{{"LocationType", "availability-zone"}};
    add_filters(parameters, {{"instance-type", {type}}});
    return describe_all(
        region,
        kDescribeInstanceTypeOfferings,
        parameters,
        "instanceTypeOfferingSet",
        [](const pugi::xml_node& item) { return text_of(item, "location"); },
        stop
    );
}

std::vector<SecurityGroup> describe_security_groups(
    const Region& region,
    const std::vector<std::string>& ids,
    const Filters& filters,
    std::stop_token stop
) {
    return describe_all(
        region,
        kDescribeSecurityGroups,
        query_of("GroupId", ids, filters),
        "securityGroupInfo",
        read_group,
        stop
    );
}

std::string create_security_group(
    const Region& region,
    const NewSecurityGroup& group,
    const std::string& mark,
    std::stop_token stop
) {
    Parameters parameters{{"GroupName", group.name}, {"GroupDescription", group.description}};
    add_if(parameters, "VpcId", group.vpc_id);
    add_tag_specifications(parameters, {{"security-group", group.tags}});
    return created_once(
        region,
        kCreateSecurityGroup,
        parameters,
        [](const Reply& reply) { return text_of(root_of(reply), "groupId"); },
        [&]() -> std::optional<std::string> {
            const auto found = describe_security_groups(
                region,
                {},
                {{"group-name", {group.name}}, {std::string("tag:") + kMarkTag, {mark}}},
                stop
            );
            return found.empty() ? std::nullopt : std::optional(found.front().id);
        },
        stop
    );
}

void allow_tcp(
    const Region& region,
    const std::string& group_id,
    int port,
    const std::vector<std::string>& networks,
    std::stop_token stop
) {
    Parameters parameters{
        {"GroupId", group_id},
        {"IpPermissions.1.IpProtocol", "tcp"},
        {"IpPermissions.1.FromPort", std::to_string(port)},
        {"IpPermissions.1.ToPort", std::to_string(port)}};
    int v4 = 0;
    int v6 = 0;
    for (const std::string& network : networks) {
        const bool is_v6 = network.find(':') != std::string::npos;
        parameters.emplace_back(
            is_v6 ? "IpPermissions.1.Ipv6Ranges." + std::to_string(++v6) + ".CidrIpv6"
                  : "IpPermissions.1.IpRanges." + std::to_string(++v4) + ".CidrIp",
            network
        );
    }
    const ReplyOrError outcome =
        region.attempt(kAuthorizeSecurityGroupIngress, parameters, std::move(stop));
    const auto* error = std::get_if<ServiceError>(&outcome);
    if (error != nullptr && error->code != "InvalidPermission.Duplicate") {
        throw region.to_error(*error, kAuthorizeSecurityGroupIngress);
    }
}

bool delete_security_group(const Region& region, const std::string& id, std::stop_token stop) {
    return region.remove(kDeleteSecurityGroup, {{"GroupId", id}}, std::move(stop));
}

std::vector<std::string> describe_regions(const Region& region, std::stop_token stop) {
    return describe_all(
        region,
        kDescribeRegions,
        {},
        "regionInfo",
        [](const pugi::xml_node& item) { return text_of(item, "regionName"); },
        stop
    );
}

}  // namespace kiln::aws::ec2
