#include "execute/aws/forecast.hpp"

#include "execute/aws/amazon_parts.hpp"
#include "execute/builder/amazon/source_ami.hpp"

#include <utility>

namespace kiln::exec {

namespace {

namespace ec2 = aws::ec2;

}  // namespace

Forecast forecast(
    AwsSession& session,
    const plan::Build& build,
    Prices& prices,
    std::chrono::minutes assumed,
    std::stop_token stop
) {
    const AmazonParts parts = amazon_parts(build).value();
    const plan::InstanceOptions& instance = *parts.instance;
    Forecast out;
    out.build = build.name;
    out.account = session.identity(stop).account;
    out.region = session.region();
    out.source = find_ami(session.ec2(), instance.source_ami, instance.source_ami_filter, stop);
    out.network = find_network(
        session.ec2(), instance, [](const std::string&) {}, stop
    );
    out.is_spot = instance.spot.spot_price.has_value();
    out.instance_type = instance.instance_type.value_or(
        instance.spot.spot_instance_types.empty() ? "" : instance.spot.spot_instance_types.front()
    );
    out.makes_key_pair = instance.needs_key_pair();
    out.makes_security_group = instance.needs_security_group();
    out.volumes = volumes_of(out.source, parts);
    if (parts.ami != nullptr) {
        out.ami_name = parts.ami->ami_name;
        out.ami_regions = ami_regions_of(parts, out.region);
        out.replaces_standing = parts.ami->force_deregister;
        for (const std::string& region : out.ami_regions) {
            const auto found = ec2::describe_images(
                session.ec2(region),
                {.owners = {"self"}, .filters = {{"name", {out.ami_name}}}},
                stop
            );
            if (!found.empty()) {
                out.standing[region] = found.front().id;
            }
        }
    }
    out.assumed = assumed;
    Ec2Costs costs = costs_of(
        {.region = out.region,
         .instance_type = out.instance_type,
         .is_spot = out.is_spot,
         .has_public_address = out.network.gives_public_address,
         .running = assumed,
         .attached = assumed,
         .volumes = out.volumes,
         .ami_regions = out.ami_regions},
        prices
    );
    out.once = std::move(costs.once);
    out.monthly = std::move(costs.monthly);
    return out;
}

}  // namespace kiln::exec
