#include "image/snapshot_story.hpp"

#include "aws/ec2/created_once.hpp"

#include <algorithm>

namespace kiln::image {

namespace {

using aws::ec2::Image;
using aws::ec2::Snapshot;

// What EC2 writes for a snapshot that was copied or uploaded (CopySnapshot, EBS direct).
constexpr const char* kNoVolume = "vol-ffffffff";

std::string label_of(const Image& image) {
    return image.id + (image.name.empty() ? "" : " (" + image.name + ")");
}

/// Of one region: who maps what, and which volumes the snapshots of images were taken of.
struct Mappings {
    std::map<std::string, std::vector<const Image*>> by_snapshot;
    std::map<std::string, std::string> by_volume;  ///< volume -> "snap-1, which is of ami-1"
    std::map<std::string, const Image*> images;

    explicit Mappings(const RegionHoldings& holdings) {
        for (const Image& image : holdings.images) {
            images[image.id] = &image;
            for (const std::string& id : image.snapshot_ids()) {
                by_snapshot[id].push_back(&image);
            }
        }
        for (const Snapshot& snapshot : holdings.snapshots) {
            const auto mapped = by_snapshot.find(snapshot.id);
            if (mapped != by_snapshot.end() && !snapshot.volume_id.empty() &&
                snapshot.volume_id != kNoVolume) {
                by_volume[snapshot.volume_id] =
                    snapshot.id + ", which is of " + label_of(*mapped->second.front());
            }
        }
    }
};

void tell_of_images(SnapshotStory& story, const std::vector<const Image*>& images) {
    story.purpose = SnapshotPurpose::of_image;
    story.images = images;
    for (const Image* image : images) {
        story.why += (story.why.empty() ? "mapped by " : ", ") + label_of(*image);
    }
}

void tell_without_image(
    SnapshotStory& story, const Mappings& mappings, const RememberedSnapshots& remembered
) {
    const Snapshot& snapshot = *story.snapshot;
    const std::string run = tag_of(snapshot.tags, {aws::ec2::kMarkTag});
    const auto known = remembered.find({story.region, snapshot.id});
    const std::vector<std::string> named = image_ids_in(snapshot.description);
    const bool is_temporary = tag_of(snapshot.tags, {"kiln:role"}) == "temporary";
    story.purpose = SnapshotPurpose::orphan;
    if (known != remembered.end()) {
        story.why = "it was of " + known->second + ", which is gone";
    } else if (!named.empty() && !mappings.images.contains(named.front())) {
        story.why = "its description tells of " + named.front() + ", which is gone";
    } else if (!named.empty()) {
        story.why = "its description tells of " + named.front() + ", which does not map it";
    } else if (!run.empty() && is_temporary) {
        story.why = "run " + run + " of kiln made it for a while (kiln sweep)";
    } else if (!run.empty()) {
        story.why = "run " + run + " of kiln made it, and no AMI maps it";
    } else if (snapshot.state == "error") {
        story.why = "it never was whole: " +
                    (snapshot.state_message.empty() ? "state error" : snapshot.state_message);
    } else {
        story.purpose = SnapshotPurpose::standalone;
        const auto sibling = mappings.by_volume.find(snapshot.volume_id);
        story.why = "nothing tells of an AMI";
        if (sibling != mappings.by_volume.end()) {
            story.why += "; of the same volume as " + sibling->second;
        } else if (!snapshot.volume_id.empty() && snapshot.volume_id != kNoVolume) {
            story.why += "; of volume " + snapshot.volume_id;
        }
    }
}

}  // namespace

std::vector<std::string> image_ids_in(const std::string& text) {
    constexpr std::string_view kPrefix = "ami-";
    constexpr std::string_view kHex = "0123456789abcdef";
    std::vector<std::string> ids;
    for (std::size_t at = text.find(kPrefix); at != std::string::npos;
         at = text.find(kPrefix, at + 1)) {
        const std::size_t end = text.find_first_not_of(kHex, at + kPrefix.size());
        const std::string id = text.substr(at, end == std::string::npos ? end : end - at);
        constexpr std::size_t kOldIds = 8;  // digits; new ones have 17
        if (id.size() >= kPrefix.size() + kOldIds) {
            ids.push_back(id);
        }
    }
    return ids;
}

std::vector<SnapshotStory> snapshot_stories(
    const Inventory& inventory, const RememberedSnapshots& remembered
) {
    std::vector<SnapshotStory> stories;
    for (const RegionHoldings& holdings : inventory.regions) {
        const Mappings mappings(holdings);
        for (const Snapshot& snapshot : holdings.snapshots) {
            SnapshotStory story{.region = holdings.region, .snapshot = &snapshot};
            const auto mapped = mappings.by_snapshot.find(snapshot.id);
            if (mapped != mappings.by_snapshot.end()) {
                tell_of_images(story, mapped->second);
            } else {
                tell_without_image(story, mappings, remembered);
            }
            stories.push_back(std::move(story));
        }
    }
    return stories;
}

}  // namespace kiln::image
