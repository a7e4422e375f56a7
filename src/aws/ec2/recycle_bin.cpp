#include "aws/ec2/recycle_bin.hpp"

#include "aws/ec2/elements.hpp"

namespace kiln::aws::ec2 {

std::vector<BinnedThing> binned_images(const Region& region, std::stop_token stop) {
    return describe_all(
        region,
        kListImagesInRecycleBin,
        {},
        "imageSet",
        [](const pugi::xml_node& item) {
            return BinnedThing{
                .id = text_of(item, "imageId"),
                .name = text_of(item, "name"),
                .description = text_of(item, "description"),
                .entered = text_of(item, "recycleBinEnterTime"),
                .leaves = text_of(item, "recycleBinExitTime")};
        },
        stop
    );
}

std::vector<BinnedThing> binned_snapshots(const Region& region, std::stop_token stop) {
    return describe_all(
        region,
        kListSnapshotsInRecycleBin,
        {},
        "snapshotSet",
        [](const pugi::xml_node& item) {
            return BinnedThing{
                .id = text_of(item, "snapshotId"),
                .name = "",
                .description = text_of(item, "description"),
                .entered = text_of(item, "recycleBinEnterTime"),
                .leaves = text_of(item, "recycleBinExitTime")};
        },
        stop
    );
}

void restore_image(const Region& region, const std::string& id, std::stop_token stop) {
    region.call(kRestoreImageFromRecycleBin, {{"ImageId", id}}, std::move(stop));
}

void restore_snapshot(const Region& region, const std::string& id, std::stop_token stop) {
    region.call(kRestoreSnapshotFromRecycleBin, {{"SnapshotId", id}}, std::move(stop));
}

}  // namespace kiln::aws::ec2
