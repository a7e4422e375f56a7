#pragma once

#include "image/inventory.hpp"

#include <string>
#include <utility>
#include <vector>

/// Accounts for tests, put together by hand.
namespace kiln::image::testing {

inline aws::ec2::Image make_image(
    std::string id,
    std::string name,
    std::string created,
    const std::vector<std::string>& snapshots,
    aws::ec2::Tags tags = {}
) {
    aws::ec2::Image image;
    image.id = std::move(id);
    image.name = std::move(name);
    image.state = "available";
    image.creation_date = std::move(created);
    image.owner_id = "123456789012";
    image.architecture = "x86_64";
    for (const std::string& snapshot : snapshots) {
        aws::ec2::ImageDevice device;
        device.device_name = "/dev/sd" + std::to_string(image.devices.size());
        device.snapshot_id = snapshot;
        device.size_gib = 8;
        image.devices.push_back(device);
    }
    image.tags = std::move(tags);
    return image;
}

inline aws::ec2::Snapshot make_snapshot(
    std::string id,
    std::string description = "",
    std::string volume = "vol-ffffffff",
    aws::ec2::Tags tags = {}
) {
    aws::ec2::Snapshot snapshot;
    snapshot.id = std::move(id);
    snapshot.state = "completed";
    snapshot.description = std::move(description);
    snapshot.volume_id = std::move(volume);
    snapshot.size_gib = 8;
    snapshot.tags = std::move(tags);
    return snapshot;
}

inline Inventory make_inventory(std::vector<RegionHoldings> regions) {
    Inventory inventory;
    inventory.account = "123456789012";
    inventory.regions = std::move(regions);
    return inventory;
}

}  // namespace kiln::image::testing
