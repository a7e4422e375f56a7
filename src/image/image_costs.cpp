#include "image/image_costs.hpp"

#include "base/error.hpp"
#include "image/history.hpp"
#include "image/records.hpp"
#include "image/removal.hpp"

#include <algorithm>
#include <set>
#include <tuple>

namespace kiln::image {

namespace {

using aws::ec2::Image;
using aws::ec2::Snapshot;

constexpr const char* kNoImage = "(no AMI)";
constexpr std::string_view kTagWord = "tag:";

/// Snapshot -> the images that are meant and map it, oldest first.
std::map<Place, std::vector<const Image*>> images_by_snapshot(const CostFacts& facts) {
    std::map<Place, std::vector<const Image*>> found;
    for (const OwnImage& own : facts.images) {
        for (const std::string& id : own.image->snapshot_ids()) {
            auto& list = found[{own.region, id}];
            if (std::find(list.begin(), list.end(), own.image) == list.end()) {
                list.push_back(own.image);
            }
        }
    }
    for (auto& [place, list] : found) {
        std::sort(list.begin(), list.end(), [](const Image* a, const Image* b) {
            return std::tie(a->creation_date, a->id) < std::tie(b->creation_date, b->id);
        });
    }
    return found;
}

/// The groups, by a key that tells them apart.
class CostGrouper {
public:
    CostGrouper(const CostFacts& facts, const CostGrouping& grouping)
        : facts_(facts), grouping_(grouping) {}

    std::vector<CostGroup> group(const std::vector<SnapshotCost>& costs) {
        for (const OwnImage& own : facts_.images) {
            ++group_of(own.region, own.image, own.image->tags).images;
        }
        for (const SnapshotCost& cost : costs) {
            add(cost);
        }
        std::vector<CostGroup> groups;
        for (auto& [key, one] : groups_) {
            groups.push_back(std::move(one));
        }
        std::stable_sort(groups.begin(), groups.end(), [](const CostGroup& a, const CostGroup& b) {
            return a.dollars > b.dollars;
        });
        return groups;
    }

private:
    using Key = std::tuple<std::string, std::string, std::string>;

    CostGroup& group_of(const std::string& region, const Image* image, const aws::ec2::Tags& tags) {
        CostGroup group;
        switch (grouping_.kind) {
            case CostGrouping::Kind::image:
                group.name = image == nullptr ? kNoImage : image->name;
                group.image_id = image == nullptr ? "" : image->id;
                group.region = region;
                break;
            case CostGrouping::Kind::lineage:
                group.name =
                    image == nullptr
                        ? kNoImage
                        : lineage_of(record_of(facts_.inventory->account, {region, image}, 0));
                break;
            case CostGrouping::Kind::region:
                group.name = region;
                group.region = region;
                break;
            case CostGrouping::Kind::tag:
                group.name = tags.contains(grouping_.tag) ? tags.at(grouping_.tag)
                                                          : "(no tag " + grouping_.tag + ")";
                break;
        }
        const Key key{group.name, group.region, group.image_id};
        return groups_.try_emplace(key, std::move(group)).first->second;
    }

    void add(const SnapshotCost& cost) {
        const Image* image = cost.images.empty() ? nullptr : cost.images.front();
        CostGroup& group =
            group_of(cost.region, image, image == nullptr ? cost.snapshot->tags : image->tags);
        ++group.snapshots;
        group.gib += cost.stored.gib;
        group.full_gib += cost.full_gib;
        group.dollars += cost.dollars;
        group.full_dollars += cost.full_dollars;
        group.certainty = std::max(group.certainty, cost.certainty);
        std::set<CostGroup*> told;
        for (const Image* other : cost.images) {
            CostGroup& sharing = group_of(cost.region, other, other->tags);
            if (&sharing != &group && told.insert(&sharing).second) {
                ++sharing.shared;
            }
        }
    }

    const CostFacts& facts_;
    const CostGrouping& grouping_;
    std::map<Key, CostGroup> groups_;
};

}  // namespace

std::vector<Place> snapshots_to_count(const CostFacts& facts) {
    const auto mapped = images_by_snapshot(facts);
    std::vector<Place> places;
    for (const RegionHoldings& holdings : facts.inventory->regions) {
        for (const Snapshot& snapshot : holdings.snapshots) {
            const Place place{holdings.region, snapshot.id};
            if (facts.is_all || mapped.contains(place)) {
                places.push_back(place);
            }
        }
    }
    return places;
}

std::vector<SnapshotCost> snapshot_costs(const CostFacts& facts) {
    const auto mapped = images_by_snapshot(facts);
    std::vector<SnapshotCost> costs;
    for (const RegionHoldings& holdings : facts.inventory->regions) {
        for (const Snapshot& snapshot : holdings.snapshots) {
            const Place place{holdings.region, snapshot.id};
            const auto stored = facts.stored.find(place);
            if (stored == facts.stored.end()) {
                continue;
            }
            const StoragePrice& prices = facts.prices.at(holdings.region);
            const exec::Price& price =
                snapshot.tier == "archive" ? prices.archive : prices.standard;
            const auto images = mapped.find(place);
            const double full = gib_of(snapshot);
            costs.push_back(
                {.region = holdings.region,
                 .snapshot = &snapshot,
                 .images = images == mapped.end() ? std::vector<const Image*>{} : images->second,
                 .stored = stored->second,
                 .full_gib = full,
                 .dollars = stored->second.gib * price.dollars,
                 .full_dollars = full * price.dollars,
                 .certainty = std::max(
                     stored->second.certainty,
                     price.is_listed ? Certainty::exact : Certainty::estimate
                 )}
            );
        }
    }
    return costs;
}

CostGrouping parse_cost_grouping(const std::string& text) {
    using Kind = CostGrouping::Kind;
    if (text.starts_with(kTagWord) && text.size() > kTagWord.size()) {
        return {Kind::tag, text.substr(kTagWord.size())};
    }
    for (const auto& [word, kind] :
         {std::pair("image", Kind::image),
          std::pair("lineage", Kind::lineage),
          std::pair("region", Kind::region)}) {
        if (text == word) {
            return {kind, ""};
        }
    }
    throw Error(ErrorKind::usage, "-by: costs are not summed up by \"" + text + "\"")
        .set_hint("use image, lineage, region or tag:KEY");
}

std::vector<CostGroup> group_costs(
    const CostFacts& facts, const std::vector<SnapshotCost>& costs, const CostGrouping& grouping
) {
    return CostGrouper(facts, grouping).group(costs);
}

CostGroup total_of(const std::vector<CostGroup>& groups) {
    CostGroup total;
    for (const CostGroup& group : groups) {
        total.images += group.images;
        total.snapshots += group.snapshots;
        total.gib += group.gib;
        total.full_gib += group.full_gib;
        total.dollars += group.dollars;
        total.full_dollars += group.full_dollars;
        total.certainty = std::max(total.certainty, group.certainty);
    }
    return total;
}

}  // namespace kiln::image
