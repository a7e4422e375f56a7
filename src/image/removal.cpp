#include "image/removal.hpp"

#include "base/strings.hpp"
#include "base/units.hpp"

#include <algorithm>
#include <set>

namespace kiln::image {

namespace {

using aws::ec2::Image;
using aws::ec2::Snapshot;

const Snapshot* find_snapshot(const Inventory& inventory, const Place& place) {
    const RegionHoldings* holdings = inventory.find_region(place.region);
    if (holdings == nullptr) {
        return nullptr;
    }
    const auto found = std::find_if(
        holdings->snapshots.begin(),
        holdings->snapshots.end(),
        [&](const Snapshot& one) { return one.id == place.id; }
    );
    return found == holdings->snapshots.end() ? nullptr : &*found;
}

/// Images of its region that map the snapshot.
std::vector<const Image*> images_that_map(const Inventory& inventory, const Place& place) {
    std::vector<const Image*> found;
    const RegionHoldings* holdings = inventory.find_region(place.region);
    if (holdings != nullptr) {
        for (const Image& image : holdings->images) {
            const std::vector<std::string> ids = image.snapshot_ids();
            if (std::find(ids.begin(), ids.end(), place.id) != ids.end()) {
                found.push_back(&image);
            }
        }
    }
    return found;
}

std::vector<std::string> whom(const aws::ec2::LaunchPermissions& shares) {
    std::vector<std::string> all = shares.groups;
    for (const auto* list :
         {&shares.users, &shares.organization_arns, &shares.organizational_unit_arns}) {
        all.insert(all.end(), list->begin(), list->end());
    }
    return all;
}

class RemovalPlanner {
public:
    RemovalPlanner(const RemovalFacts& facts, const RemovalWish& wish)
        : facts_(facts), wish_(wish) {}

    RemovalPlan plan() {
        RemovalPlan plan;
        for (const OwnImage& own : facts_.images) {
            plan.fates.push_back(fate_of(own));
            if (plan.fates.back().is_deregistered) {
                going_.insert(place_of(own));
            }
        }
        // Only now it is known which images stay, and hold on to snapshots.
        std::set<Place> counted;
        for (ImageFate& fate : plan.fates) {
            const std::string& region = fate.own.region;
            for (const std::string& id : fate.own.image->snapshot_ids()) {
                if (!counted.insert({region, id}).second) {
                    continue;  // mapped twice, or by two that go
                }
                SnapshotFate snapshot = fate_of_snapshot({region, id});
                if (!fate.is_deregistered) {
                    snapshot.is_deleted = false;
                    snapshot.kept_since = "its AMI stays";
                }
                if (snapshot.is_deleted) {
                    plan.most_gib += snapshot.gib;
                    plan.most_dollars += snapshot.gib * price(region);
                }
                fate.snapshots.push_back(std::move(snapshot));
            }
        }
        return plan;
    }

    SnapshotFate fate_of_snapshot(const Place& place) const {
        SnapshotFate fate{.id = place.id, .gib = 0, .is_deleted = true, .kept_since = ""};
        if (const Snapshot* snapshot = find_snapshot(*facts_.inventory, place)) {
            fate.gib = gib_of(*snapshot);
        }
        if (const auto shared = facts_.snapshot_shares.find(place);
            shared != facts_.snapshot_shares.end() && !shared->second.empty()) {
            const std::string with = "shared with " + join(shared->second, ", ");
            fate.remarks.push_back(with);
            if (!wish_.force) {
                keep(fate, with + " (-force deletes it nevertheless)");
            }
        }
        if (const auto lock = facts_.locks.find(place); lock != facts_.locks.end()) {
            keep(fate, "locked (" + lock->second + ")");
        }
        for (const Image* image : images_that_map(*facts_.inventory, place)) {
            if (!going_.contains({place.region, image->id})) {
                keep(fate, image->id + " (" + image->name + ") maps it too");
            }
        }
        return fate;
    }

private:
    static void keep(SnapshotFate& fate, const std::string& why) {
        fate.is_deleted = false;
        fate.kept_since = why;
    }

    double price(const std::string& region) const {
        const auto found = facts_.price_of_gib.find(region);
        return found == facts_.price_of_gib.end() ? 0 : found->second;
    }

    ImageFate fate_of(const OwnImage& own) const {
        ImageFate fate{.own = own, .is_deregistered = true};
        for (const ImageUse& use : facts_.uses) {
            if (use.image_id == own.image->id && use.region == own.region) {
                fate.uses.push_back(use);
            }
        }
        bool may_be_forced = true;
        if (!fate.uses.empty()) {
            fate.against.push_back("in use");
        }
        for (const RegionProblem& problem : facts_.unseen_uses) {
            if (problem.region == own.region) {
                fate.against.push_back("perhaps in use or shared: " + problem.text);
            }
        }
        if (const auto shares = facts_.image_shares.find(place_of(own));
            shares != facts_.image_shares.end() && !shares->second.empty()) {
            fate.against.push_back("shared with " + join(whom(shares->second), ", "));
        }
        if (own.image->is_protected()) {
            may_be_forced = false;
            fate.against.push_back(
                "protected from deregistration (aws ec2 disable-image-deregistration-protection)"
            );
        }
        fate.is_deregistered = fate.against.empty() || (wish_.force && may_be_forced);
        return fate;
    }

    const RemovalFacts& facts_;
    const RemovalWish& wish_;
    std::set<Place> going_;
};

}  // namespace

bool RemovalPlan::does_anything() const {
    return std::any_of(fates.begin(), fates.end(), [](const ImageFate& fate) {
        return fate.is_deregistered;
    });
}

RemovalPlan plan_removal(const RemovalFacts& facts, const RemovalWish& wish) {
    return RemovalPlanner(facts, wish).plan();
}

std::vector<SnapshotRemoval> plan_snapshot_removal(
    const RemovalFacts& facts, const std::vector<Place>& snapshots, const RemovalWish& wish
) {
    const RemovalPlanner planner(facts, wish);
    std::vector<SnapshotRemoval> removals;
    for (const Place& place : snapshots) {
        removals.push_back({place.region, planner.fate_of_snapshot(place)});
    }
    return removals;
}

double gib_of(const Snapshot& snapshot) {
    return snapshot.full_bytes > 0
               ? static_cast<double>(snapshot.full_bytes) / static_cast<double>(kGiB)
               : static_cast<double>(snapshot.size_gib);
}

}  // namespace kiln::image
