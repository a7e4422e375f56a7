#pragma once

#include "aws/ec2/images.hpp"
#include "aws/ec2/volumes.hpp"

#include <map>
#include <string>
#include <vector>

namespace kiln::image {

/// An account's own images and snapshots in one region.
struct RegionHoldings {
    std::string region;
    std::vector<aws::ec2::Image> images;  ///< deprecated and disabled ones among them
    std::vector<aws::ec2::Snapshot> snapshots;
};

/// Something that did not work in one region, while the others went on.
struct RegionProblem {
    std::string region;
    std::string text;

    bool operator==(const RegionProblem&) const = default;
};

/// What an account keeps, as it was described at one time.
struct Inventory {
    std::string account;
    std::vector<RegionHoldings> regions;  ///< by name
    std::vector<RegionProblem> problems;  ///< regions of which nothing is known

    const RegionHoldings* find_region(const std::string& name) const;
};

/// An image and where it is. Points into an inventory.
struct OwnImage {
    std::string region;
    const aws::ec2::Image* image = nullptr;

    bool operator==(const OwnImage&) const = default;
};
std::vector<OwnImage> all_images(const Inventory& inventory);

/// Region and id: the name of an image or a snapshot in an account.
struct Place {
    std::string region;
    std::string id;

    auto operator<=>(const Place&) const = default;
};
inline Place place_of(const OwnImage& own) {
    return {own.region, own.image->id};
}

/// The value of the first of `keys` that is among `tags`, or "".
std::string tag_of(const aws::ec2::Tags& tags, std::initializer_list<const char*> keys);

/// Images named on a command line: an id, "REGION:ID", or a name, which stands for the images of
/// that name in every region. Error{not_found} for a word that names none.
std::vector<OwnImage> find_images(
    const Inventory& inventory, const std::vector<std::string>& words
);

}  // namespace kiln::image
