#pragma once

#include "execute/aws/session.hpp"
#include "image/inventory.hpp"
#include "image/removal.hpp"
#include "image/uses.hpp"

#include <set>
#include <stop_token>
#include <string>
#include <vector>

namespace kiln::image {

/// Names of the regions to look at: `wanted`, or all that the account may use. Error{not_found} for
/// a wanted one that it may not use.
std::vector<std::string> regions_to_look_at(
    exec::AwsSession& session, const std::vector<std::string>& wanted, std::stop_token stop
);

/// What is asked for: a table of images needs no snapshots, which are as many answers again.
enum class Listing { images, images_and_snapshots };

/// Asks the regions at once, a few at a time. A region that does not answer is a problem of the
/// inventory and keeps none of the others back. Throws Error{interrupted} on a stop.
Inventory take_inventory(
    exec::AwsSession& session,
    const std::vector<std::string>& regions,
    Listing listing,
    std::stop_token stop
);

/// What may use images in one region. What may not be asked is told in `unknown`.
UseFacts gather_uses(
    exec::AwsSession& session,
    const std::string& region,
    const std::set<std::string>& image_ids,
    std::stop_token stop
);

/// Everything that speaks for and against the removal of these images. Prices are asked for too.
RemovalFacts gather_removal_facts(
    exec::AwsSession& session,
    const Inventory& inventory,
    const std::vector<OwnImage>& images,
    const std::vector<Place>& snapshots,
    std::stop_token stop
);

}  // namespace kiln::image
