#include "execute/aws/forecast.hpp"

#include "execute/aws/amazon_parts.hpp"
#include "execute/builder/amazon/source_ami.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace kiln::exec {

namespace {

namespace ec2 = aws::ec2;

constexpr double kMinutesOfMonth = 730.0 * 60;

std::optional<Price> times(std::optional<Price> price, double factor) {
    if (price) {
        price->dollars *= factor;
    }
    return price;
}

/// The source AMI's devices, and over them the template's.
std::vector<ForecastVolume> volumes_of(const ec2::Image& source, const AmazonParts& parts) {
    std::map<std::string, ForecastVolume> volumes;
    for (const ec2::ImageDevice& device : source.devices) {
        if (!device.snapshot_id.empty()) {
            volumes[device.device_name] = {device.device_name, device.size_gib, device.volume_type};
        }
    }
    for (const plan::BlockDeviceOptions& device : parts.launch_devices) {
        if (device.no_device || device.virtual_name) {
            volumes.erase(device.device_name);
            continue;
        }
        ForecastVolume& volume = volumes[device.device_name];
        volume.device_name = device.device_name;
        volume.size_gib = device.volume_size > 0 ? device.volume_size : volume.size_gib;
        if (device.volume_type) {
            volume.type = *device.volume_type;
        }
        volume.outlives_build =
            std::find(parts.kept_volumes.begin(), parts.kept_volumes.end(), device.device_name) !=
            parts.kept_volumes.end();
    }
    std::vector<ForecastVolume> list;
    for (auto& [name, volume] : volumes) {
        // EC2's default for a volume whose type nobody names (API Reference, EbsBlockDevice).
        volume.type = volume.type.empty() ? "gp2" : volume.type;
        list.push_back(volume);
    }
    return list;
}

std::vector<std::string> regions_of(const AmazonParts& parts, const std::string& own) {
    std::vector<std::string> regions;
    if (!parts.ami->skip_save_build_region) {
        regions.push_back(own);
    }
    for (const std::string& region : parts.ami->ami_regions) {
        if (std::find(regions.begin(), regions.end(), region) == regions.end() && region != own) {
            regions.push_back(region);
        }
    }
    return regions;
}

void add_costs(Forecast& out, Prices& prices) {
    const double minutes = static_cast<double>(out.assumed.count());
    if (!out.instance_type.empty()) {
        out.once.push_back(
            {fmt::format(
                 "{} for {} min{}",
                 out.instance_type,
                 out.assumed.count(),
                 out.is_spot ? ", at most (spot)" : ""
             ),
             times(prices.instance_hour(out.instance_type, out.region), minutes / 60)}
        );
    }
    if (out.network.gives_public_address) {
        out.once.push_back(
            {"a public IPv4 address", times(Prices::public_address_hour(), minutes / 60)}
        );
    }
    std::int64_t total_gib = 0;
    for (const ForecastVolume& volume : out.volumes) {
        const auto month = prices.volume_month(volume.type, out.region);
        const auto size = static_cast<double>(volume.size_gib);
        const std::string what =
            fmt::format("{} {} GiB {}", volume.device_name, volume.size_gib, volume.type);
        out.once.push_back({what, times(month, size * minutes / kMinutesOfMonth)});
        if (volume.outlives_build) {
            out.monthly.push_back({what, times(month, size)});
        }
        total_gib += volume.size_gib;
    }
    for (const std::string& region : out.ami_regions) {
        out.monthly.push_back(
            {fmt::format("snapshots in {}, at most {} GiB", region, total_gib),
             times(prices.snapshot_month(region), static_cast<double>(total_gib))}
        );
    }
}

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
        out.ami_regions = regions_of(parts, out.region);
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
    add_costs(out, prices);
    return out;
}

double total_of(const std::vector<CostPart>& parts) {
    double total = 0;
    for (const CostPart& part : parts) {
        total += part.price ? part.price->dollars : 0;
    }
    return total;
}

}  // namespace kiln::exec
