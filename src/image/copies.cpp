#include "image/copies.hpp"

#include "aws/ec2/created_once.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <tuple>

namespace kiln::image {

namespace {

/// Sets of indexes that are joined pair by pair.
class JoinedSets {
public:
    explicit JoinedSets(std::size_t count) : parent_(count) {
        std::iota(parent_.begin(), parent_.end(), std::size_t{0});
    }
    std::size_t find(std::size_t index) {
        while (parent_[index] != index) {
            parent_[index] = parent_[parent_[index]];
            index = parent_[index];
        }
        return index;
    }
    void join(std::size_t a, std::size_t b) { parent_[find(b)] = find(a); }

private:
    std::vector<std::size_t> parent_;
};

bool is_copy_from_elsewhere(const OwnImage& own) {
    return !own.image->source_image_id.empty() && own.image->source_instance_id.empty() &&
           !own.image->source_image_region.empty() && own.image->source_image_region != own.region;
}

}  // namespace

std::vector<CopyGroup> copy_groups(const Inventory& inventory) {
    const std::vector<OwnImage> all = all_images(inventory);
    std::map<Place, std::size_t> by_place;
    // Run and name -> the first that has them.
    std::map<std::pair<std::string, std::string>, std::size_t> by_run;
    JoinedSets sets(all.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
        by_place[place_of(all[i])] = i;
        const std::string run = tag_of(all[i].image->tags, {aws::ec2::kMarkTag});
        if (run.empty()) {
            continue;
        }
        const auto [first, is_new] = by_run.try_emplace({run, all[i].image->name}, i);
        if (!is_new && all[first->second].region != all[i].region) {
            sets.join(first->second, i);
        }
    }
    for (std::size_t i = 0; i < all.size(); ++i) {
        const aws::ec2::Image& image = *all[i].image;
        const auto source = by_place.find({image.source_image_region, image.source_image_id});
        if (is_copy_from_elsewhere(all[i]) && source != by_place.end()) {
            sets.join(source->second, i);
        }
    }
    std::map<std::size_t, CopyGroup> by_set;
    for (std::size_t i = 0; i < all.size(); ++i) {
        by_set[sets.find(i)].push_back(all[i]);
    }
    std::vector<CopyGroup> groups;
    for (auto& [set, group] : by_set) {
        std::sort(group.begin(), group.end(), [](const OwnImage& a, const OwnImage& b) {
            return std::tie(a.image->creation_date, a.region) <
                   std::tie(b.image->creation_date, b.region);
        });
        groups.push_back(std::move(group));
    }
    return groups;
}

CopyGroup copies_of(const std::vector<CopyGroup>& groups, const OwnImage& own) {
    for (const CopyGroup& group : groups) {
        if (std::find(group.begin(), group.end(), own) != group.end()) {
            return group;
        }
    }
    return {own};
}

}  // namespace kiln::image
