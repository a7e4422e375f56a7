#pragma once

#include "image/inventory.hpp"

#include <map>
#include <string>
#include <vector>

namespace kiln::image {

/// What a snapshot is for, as far as can be known.
enum class SnapshotPurpose {
    of_image,    ///< an AMI of the account maps it
    orphan,      ///< it was of an AMI that is gone, or kiln made it for one that never came to be
    standalone,  ///< nothing tells of an AMI: a backup of a volume, perhaps
};

/// An AMI that is or was, and what tells that a snapshot belonged to it.
struct SnapshotStory {
    std::string region;
    const aws::ec2::Snapshot* snapshot = nullptr;
    SnapshotPurpose purpose = SnapshotPurpose::standalone;
    std::vector<const aws::ec2::Image*> images;  ///< that map it
    std::string why;                             ///< one sentence without a full stop
};

/// AMIs that this host knows from before, by the snapshots that they had: "ami-1 (name)".
using RememberedSnapshots = std::map<Place, std::string>;

/// The story of every snapshot of the inventory. What maps a snapshot is read from the AMIs, never
/// from descriptions, which copying and renaming make useless; for one that nothing maps, its tags,
/// its description, what this host remembers, and its neighbours of the same volume are asked, in
/// this order. Pure.
std::vector<SnapshotStory> snapshot_stories(
    const Inventory& inventory, const RememberedSnapshots& remembered
);

/// The ids of AMIs that a description names, in its order: "Created by CreateImage(i-1) for ami-2".
std::vector<std::string> image_ids_in(const std::string& text);

}  // namespace kiln::image
