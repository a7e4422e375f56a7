#pragma once

#include "aws/ec2/images.hpp"
#include "image/copies.hpp"
#include "image/uses.hpp"

#include <map>
#include <string>
#include <vector>

namespace kiln::image {

/// What is known of images that are to go, and of their snapshots.
struct RemovalFacts {
    const Inventory* inventory = nullptr;
    std::vector<OwnImage> images;
    std::vector<ImageUse> uses;
    std::vector<RegionProblem> unseen_uses;  ///< who may use them where could not be asked
    std::map<Place, aws::ec2::LaunchPermissions> image_shares;
    std::map<Place, std::vector<std::string>> snapshot_shares;  ///< accounts and "all"
    std::map<Place, std::string> locks;                         ///< snapshot -> kind of lock
    std::map<std::string, double> price_of_gib;                 ///< region -> dollars a month
};

/// What may go in spite of what speaks against it.
struct RemovalWish {
    bool force = false;  ///< images in use or shared, and shared snapshots
};

struct SnapshotFate {
    std::string id;
    double gib = 0;  ///< of its blocks, its parents' among them: the most that it frees
    bool is_deleted = false;
    std::string kept_since;  ///< why it is not
    std::vector<std::string> remarks;

    bool operator==(const SnapshotFate&) const = default;
};

struct ImageFate {
    OwnImage own;
    bool is_deregistered = false;
    std::vector<std::string> against;  ///< why it is not, or what -force overrides
    std::vector<ImageUse> uses;
    std::vector<SnapshotFate> snapshots;
};

/// Exactly what a removal will do.
struct RemovalPlan {
    std::vector<ImageFate> fates;
    double most_gib = 0;      ///< that deleted snapshots free at most
    double most_dollars = 0;  ///< a month, at most

    bool does_anything() const;
};

/// An image goes unless it is protected, or, without -force, in use or shared. With it go all the
/// snapshots of all its mappings, but for those that are locked, that another image maps which does
/// not go, and, without -force, those that are shared. Pure.
RemovalPlan plan_removal(const RemovalFacts& facts, const RemovalWish& wish);

/// Snapshots by themselves: `ids` are of the inventory. One that an image maps stays, whatever the
/// wish. Each fate has no image and one snapshot.
struct SnapshotRemoval {
    std::string region;
    SnapshotFate fate;
};
std::vector<SnapshotRemoval> plan_snapshot_removal(
    const RemovalFacts& facts, const std::vector<Place>& snapshots, const RemovalWish& wish
);

/// Of the blocks that a snapshot refers to, or, where EC2 does not say, of the whole volume.
double gib_of(const aws::ec2::Snapshot& snapshot);

}  // namespace kiln::image
