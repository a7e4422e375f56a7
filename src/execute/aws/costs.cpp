#include "execute/aws/costs.hpp"

#include "execute/aws/amazon_parts.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <utility>

namespace kiln::exec {

namespace {

constexpr double kSecondsOfHour = 3600;
constexpr double kSecondsOfMonth = 730 * kSecondsOfHour;
// EC2 charges for a minute at least (aws.amazon.com/ec2/pricing/on-demand).
constexpr std::chrono::seconds kLeastCharged(60);

std::optional<Price> times(std::optional<Price> price, double factor) {
    if (price) {
        price->dollars *= factor;
    }
    return price;
}

std::string minutes_text(std::chrono::seconds time) {
    const auto minutes = std::chrono::floor<std::chrono::minutes>(time);
    const auto rest = time - minutes;
    return fmt::format("{} min", minutes.count()) +
           (rest.count() > 0 ? fmt::format(" {} s", rest.count()) : "");
}

}  // namespace

std::vector<ForecastVolume> volumes_of(const aws::ec2::Image& source, const AmazonParts& parts) {
    std::map<std::string, ForecastVolume> volumes;
    for (const aws::ec2::ImageDevice& device : source.devices) {
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

std::vector<std::string> ami_regions_of(const AmazonParts& parts, const std::string& own) {
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

Ec2Costs costs_of(const Ec2Use& use, Prices& prices) {
    Ec2Costs out;
    const auto running = static_cast<double>(std::max(use.running, kLeastCharged).count());
    const auto attached = static_cast<double>(std::max(use.attached, kLeastCharged).count());
    if (!use.instance_type.empty()) {
        out.once.push_back(
            {fmt::format(
                 "{} for {}{}",
                 use.instance_type,
                 minutes_text(use.running),
                 use.is_spot ? ", at most (spot)" : ""
             ),
             times(prices.instance_hour(use.instance_type, use.region), running / kSecondsOfHour)}
        );
    }
    if (use.has_public_address) {
        out.once.push_back(
            {"a public IPv4 address",
             times(Prices::public_address_hour(), running / kSecondsOfHour)}
        );
    }
    std::int64_t total_gib = 0;
    for (const ForecastVolume& volume : use.volumes) {
        const auto month = prices.volume_month(volume.type, use.region);
        const auto size = static_cast<double>(volume.size_gib);
        const std::string what =
            fmt::format("{} {} GiB {}", volume.device_name, volume.size_gib, volume.type);
        out.once.push_back({what, times(month, size * attached / kSecondsOfMonth)});
        if (volume.outlives_build) {
            out.monthly.push_back({what, times(month, size)});
        }
        total_gib += volume.size_gib;
    }
    for (const std::string& region : use.ami_regions) {
        out.monthly.push_back(
            {fmt::format("snapshots in {}, at most {} GiB", region, total_gib),
             times(prices.snapshot_month(region), static_cast<double>(total_gib))}
        );
    }
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
