#include "execute/builder/amazon/network.hpp"

#include "aws/ec2/network.hpp"
#include "base/error.hpp"
#include "execute/builder/amazon/source_ami.hpp"

#include <algorithm>
#include <random>

namespace kiln::exec {

namespace {

namespace ec2 = aws::ec2;

bool has_fewer_addresses(const ec2::Subnet& a, const ec2::Subnet& b) {
    return a.free_addresses < b.free_addresses;
}

const ec2::Subnet& choose(
    const std::vector<ec2::Subnet>& found, const plan::SubnetFilterOptions& filter
) {
    if (found.empty()) {
        throw Error(ErrorKind::not_found, "No subnet matches subnet_filter");
    }
    if (filter.most_free) {
        return *std::max_element(found.begin(), found.end(), has_fewer_addresses);
    }
    if (filter.random) {
        std::mt19937_64 engine{std::random_device{}()};
        return found[std::uniform_int_distribution<std::size_t>(0, found.size() - 1)(engine)];
    }
    if (found.size() > 1) {
        throw Error(ErrorKind::input, std::to_string(found.size()) + " subnets match subnet_filter")
            .set_hint("narrow it, or set most_free = true or random = true in it");
    }
    return found.front();
}

class NetworkSearch {
public:
    NetworkSearch(
        const ec2::Region& region,
        const std::function<void(const std::string&)>& say,
        std::stop_token stop
    )
        : region_(region), say_(say), stop_(std::move(stop)) {}

    BuildNetwork find(const plan::InstanceOptions& options) {
        BuildNetwork network{
            options.vpc_id.value_or(""),
            options.subnet_id.value_or(""),
            options.availability_zone.value_or("")};
        if (network.vpc_id.empty() && options.vpc_filter) {
            network.vpc_id = find_vpc(*options.vpc_filter);
        }
        if (network.subnet_id.empty() && options.subnet_filter) {
            network.subnet_id = find_subnet(*options.subnet_filter, network);
        }
        if (network.subnet_id.empty() && options.associate_public_ip_address) {
            network.subnet_id = default_subnet(options.instance_type.value_or(""), network);
        }
        if (!network.subnet_id.empty()) {
            const auto found = ec2::describe_subnets(region_, {network.subnet_id}, {}, stop_);
            if (!found.empty()) {
                network.vpc_id = found.front().vpc_id;
                network.availability_zone = found.front().availability_zone;
                network.gives_public_address = found.front().maps_public_ip;
            }
        }
        network.gives_public_address =
            options.associate_public_ip_address.value_or(network.gives_public_address);
        return network;
    }

private:
    std::string find_vpc(const plan::VpcFilterOptions& filter) {
        const auto found = ec2::describe_vpcs(region_, {}, filters_of(filter.filter), stop_);
        if (found.size() != 1) {
            throw Error(
                found.empty() ? ErrorKind::not_found : ErrorKind::input,
                found.empty() ? "No VPC matches vpc_filter"
                              : "Exactly one VPC should match vpc_filter, but " +
                                    std::to_string(found.size()) + " do"
            );
        }
        say_("Found VPC ID: " + found.front().id);
        return found.front().id;
    }

    std::string find_subnet(const plan::SubnetFilterOptions& filter, const BuildNetwork& network) {
        ec2::Filters filters = filters_of(filter.filter);
        filters.push_back({"state", {"available"}});
        if (!network.vpc_id.empty()) {
            filters.push_back({"vpc-id", {network.vpc_id}});
        }
        if (!network.availability_zone.empty()) {
            filters.push_back({"availability-zone", {network.availability_zone}});
        }
        const auto found = ec2::describe_subnets(region_, {}, filters, stop_);
        const std::string id = choose(found, filter).id;
        say_("Found Subnet ID: " + id);
        return id;
    }

    /// Of the default VPC: the subnet with the most free addresses in a zone that has the type. ""
    /// when there is none, and then EC2 says what is missing.
    std::string default_subnet(const std::string& instance_type, const BuildNetwork& network) {
        const std::vector<ec2::Vpc> vpcs = ec2::describe_vpcs(
            region_,
            {},
            network.vpc_id.empty() ? ec2::Filters{{"is-default", {"true"}}}
                                   : ec2::Filters{{"vpc-id", {network.vpc_id}}},
            stop_
        );
        if (vpcs.empty()) {
            return "";
        }
        ec2::Filters filters = {{"state", {"available"}}, {"vpc-id", {vpcs.front().id}}};
        if (!network.availability_zone.empty()) {
            filters.push_back({"availability-zone", {network.availability_zone}});
        }
        auto subnets = ec2::describe_subnets(region_, {}, filters, stop_);
        const auto zones = ec2::zones_with_type(region_, instance_type, stop_);
        std::erase_if(subnets, [&](const ec2::Subnet& subnet) {
            return std::find(zones.begin(), zones.end(), subnet.availability_zone) == zones.end();
        });
        if (subnets.empty()) {
            return "";
        }
        const auto best = std::max_element(subnets.begin(), subnets.end(), has_fewer_addresses);
        say_("Set subnet as \"" + best->id + "\"");
        return best->id;
    }

    const ec2::Region& region_;
    const std::function<void(const std::string&)>& say_;
    std::stop_token stop_;
};

}  // namespace

BuildNetwork find_network(
    const ec2::Region& region,
    const plan::InstanceOptions& options,
    const std::function<void(const std::string&)>& say,
    std::stop_token stop
) {
    return NetworkSearch(region, say, std::move(stop)).find(options);
}

void check_vpc(const Ec2Build& build, const plan::InstanceOptions& options) {
    build.context().say("Prevalidating any provided VPC information");
    if (!options.vpc_id || options.subnet_id || options.subnet_filter) {
        return;
    }
    const auto found = ec2::describe_vpcs(build.region(), {*options.vpc_id}, {}, build.stop());
    if (found.empty() || !found.front().is_default) {
        throw Error(
            ErrorKind::input,
            "the VPC " + *options.vpc_id + " is not the default one, so a subnet must be named"
        )
            .set_hint("give subnet_id or subnet_filter");
    }
}

}  // namespace kiln::exec
