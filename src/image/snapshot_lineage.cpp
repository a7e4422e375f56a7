#include "image/snapshot_lineage.hpp"

#include "image/history.hpp"
#include "image/records.hpp"

#include <algorithm>
#include <tuple>

namespace kiln::image {

namespace {

using aws::ec2::Image;
using aws::ec2::ImageDevice;
using aws::ec2::Snapshot;

// What EC2 says of a snapshot that is of no volume: a copy, or one that was uploaded.
constexpr const char* kPlaceholderVolume = "vol-ffffffff";
// Each one more is one request more for a snapshot that is related to none.
constexpr std::size_t kMostCandidates = 3;

bool is_before(const Snapshot& a, const Snapshot& b) {
    return std::tie(a.start_time, a.id) < std::tie(b.start_time, b.id);
}

/// The lineages of one region, snapshots and images oldest first.
class LineageFinder {
public:
    LineageFinder(const Inventory& inventory, const RegionHoldings& holdings)
        : account_(inventory.account), holdings_(holdings) {
        for (const Snapshot& snapshot : holdings.snapshots) {
            by_id_[snapshot.id] = &snapshot;
        }
        for (const Image& image : holdings.images) {
            images_by_id_[image.id] = &image;
        }
    }

    void find(Predecessors& found) {
        by_parent_tag();
        by_group([](const Snapshot& one) {
            return one.volume_id == kPlaceholderVolume ? "" : one.volume_id;
        });
        by_source_image();
        by_group([](const Snapshot& one) { return tag_of(one.tags, {"kiln:lineage"}); });
        by_release();
        for (const Snapshot& snapshot : holdings_.snapshots) {
            found[{holdings_.region, snapshot.id}] = candidates_[snapshot.id];
        }
    }

private:
    void add(const Snapshot& snapshot, const Snapshot* before) {
        auto& list = candidates_[snapshot.id];
        if (before != nullptr && before->state == "completed" && before->tier != "archive" &&
            is_before(*before, snapshot) && list.size() < kMostCandidates &&
            std::find(list.begin(), list.end(), before) == list.end()) {
            list.push_back(before);
        }
    }

    const Snapshot* snapshot_named(const std::string& id) const {
        const auto found = by_id_.find(id);
        return found == by_id_.end() ? nullptr : found->second;
    }

    void by_parent_tag() {
        for (const Snapshot& snapshot : holdings_.snapshots) {
            add(snapshot, snapshot_named(tag_of(snapshot.tags, {"kiln:parent-snapshot"})));
        }
    }

    /// `name_of` gives snapshots that follow each other one name; "" is none.
    template <class NameOf>
    void by_group(const NameOf& name_of) {
        std::map<std::string, const Snapshot*> last;
        for (const Snapshot& snapshot : holdings_.snapshots) {
            const std::string name = name_of(snapshot);
            if (name.empty() || snapshot.state != "completed") {
                continue;
            }
            add(snapshot, last[name]);
            last[name] = &snapshot;
        }
    }

    void by_source_image() {
        for (const Image& image : holdings_.images) {
            const auto source = images_by_id_.find(image.source_image_id);
            if (!image.source_instance_id.empty() && source != images_by_id_.end()) {
                by_device(image, *source->second);
            }
        }
    }

    void by_release() {
        std::map<std::tuple<std::string, std::string>, const Image*> last;
        for (const Image& image : holdings_.images) {
            const std::string lineage =
                lineage_of(record_of(account_, {holdings_.region, &image}, 0));
            const Image*& before = last[{lineage, image.architecture}];
            if (before != nullptr) {
                by_device(image, *before);
            }
            before = &image;
        }
    }

    void by_device(const Image& image, const Image& before) {
        for (const ImageDevice& device : image.devices) {
            for (const ImageDevice& other : before.devices) {
                const Snapshot* snapshot = snapshot_named(device.snapshot_id);
                if (snapshot != nullptr && other.device_name == device.device_name) {
                    add(*snapshot, snapshot_named(other.snapshot_id));
                }
            }
        }
    }

    const std::string& account_;
    const RegionHoldings& holdings_;
    std::map<std::string, const Snapshot*> by_id_;
    std::map<std::string, const Image*> images_by_id_;
    std::map<std::string, std::vector<const Snapshot*>> candidates_;
};

}  // namespace

Predecessors predecessors_of(const Inventory& inventory) {
    Predecessors found;
    for (const RegionHoldings& holdings : inventory.regions) {
        LineageFinder(inventory, holdings).find(found);
    }
    return found;
}

}  // namespace kiln::image
