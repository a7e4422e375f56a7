#include "image/inventory.hpp"

#include "base/error.hpp"
#include "base/strings.hpp"

#include <algorithm>

namespace kiln::image {

namespace {

bool is_named(const OwnImage& own, const std::string& word) {
    return own.image->id == word || own.image->name == word ||
           own.region + ":" + own.image->id == word;
}

Error no_such_image(const Inventory& inventory, const std::string& word) {
    Error error(
        ErrorKind::not_found,
        "account " + inventory.account + " has no AMI \"" + word + "\" in " +
            (inventory.regions.size() == 1 ? inventory.regions.front().region
                                           : std::to_string(inventory.regions.size()) + " regions")
    );
    std::vector<std::string> known;
    for (const OwnImage& own : all_images(inventory)) {
        known.push_back(own.image->name);
    }
    const std::string meant = did_you_mean_hint(word, known);
    if (!inventory.problems.empty()) {
        error.set_hint(
            inventory.problems.front().region +
            " did not answer: " + inventory.problems.front().text
        );
    } else {
        error.set_hint(meant.empty() ? "kiln image list shows what there is" : meant);
    }
    return error;
}

}  // namespace

const RegionHoldings* Inventory::find_region(const std::string& name) const {
    const auto found = std::find_if(regions.begin(), regions.end(), [&](const auto& one) {
        return one.region == name;
    });
    return found == regions.end() ? nullptr : &*found;
}

std::vector<OwnImage> all_images(const Inventory& inventory) {
    std::vector<OwnImage> all;
    for (const RegionHoldings& holdings : inventory.regions) {
        for (const aws::ec2::Image& image : holdings.images) {
            all.push_back({holdings.region, &image});
        }
    }
    return all;
}

std::string tag_of(const aws::ec2::Tags& tags, std::initializer_list<const char*> keys) {
    for (const char* key : keys) {
        if (const auto found = tags.find(key); found != tags.end() && !found->second.empty()) {
            return found->second;
        }
    }
    return "";
}

std::vector<OwnImage> find_images(
    const Inventory& inventory, const std::vector<std::string>& words
) {
    const std::vector<OwnImage> all = all_images(inventory);
    std::vector<OwnImage> found;
    for (const std::string& word : words) {
        bool is_known = false;
        for (const OwnImage& own : all) {
            if (is_named(own, word)) {
                is_known = true;
                if (std::find(found.begin(), found.end(), own) == found.end()) {
                    found.push_back(own);
                }
            }
        }
        if (!is_known) {
            throw no_such_image(inventory, word);
        }
    }
    return found;
}

}  // namespace kiln::image
