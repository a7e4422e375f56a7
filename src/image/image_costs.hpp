#pragma once

#include "execute/cost.hpp"
#include "image/stored_blocks.hpp"

#include <map>
#include <string>
#include <vector>

namespace kiln::image {

/// A GiB and a month in one region.
struct StoragePrice {
    exec::Price standard;
    exec::Price archive;

    bool operator==(const StoragePrice&) const = default;
};

/// A snapshot and what it costs by itself: no block is counted in two of them.
struct SnapshotCost {
    std::string region;
    const aws::ec2::Snapshot* snapshot = nullptr;
    std::vector<const aws::ec2::Image*> images;  ///< that map it and are meant, oldest first
    StoredBlocks stored;
    double full_gib = 0;  ///< of all blocks that it refers to
    double dollars = 0;   ///< a month
    double full_dollars = 0;
    Certainty certainty = Certainty::at_most;  ///< of the dollars: of blocks and price
};

struct CostFacts {
    const Inventory* inventory = nullptr;
    std::vector<OwnImage> images;  ///< that are meant; with no other snapshots than theirs
    bool is_all = false;           ///< all images, and the snapshots that none maps
    std::map<Place, StoredBlocks> stored;
    std::map<std::string, StoragePrice> prices;  ///< by region
};
/// The snapshots that the costs are made of: of `is_all` every own one, else those of the images.
std::vector<Place> snapshots_to_count(const CostFacts& facts);
std::vector<SnapshotCost> snapshot_costs(const CostFacts& facts);

/// By what costs are summed up.
struct CostGrouping {
    enum class Kind { image, lineage, region, tag };
    Kind kind = Kind::image;
    std::string tag;

    bool operator==(const CostGrouping&) const = default;
};
/// "image", "lineage", "region", "tag:KEY". Error{usage} for another text.
CostGrouping parse_cost_grouping(const std::string& text);

/// One row: what the snapshots of a group cost together.
struct CostGroup {
    std::string name;      ///< the AMI's, the lineage's, the region's, the value of the tag
    std::string image_id;  ///< of a group that is one image
    std::string region;    ///< the same; or of a region
    std::size_t images = 0;
    std::size_t snapshots = 0;  ///< that are counted here
    std::size_t shared = 0;     ///< that its images map and that are counted with another group
    double gib = 0;
    double full_gib = 0;
    double dollars = 0;
    double full_dollars = 0;
    Certainty certainty = Certainty::exact;

    bool operator==(const CostGroup&) const = default;
};
/// The dearest first. A snapshot that several images map is counted with the oldest of them; one
/// that none maps is in a group of its own kind: "(no AMI)", or that of its own tag. Pure.
std::vector<CostGroup> group_costs(
    const CostFacts& facts, const std::vector<SnapshotCost>& costs, const CostGrouping& grouping
);
/// All of them together.
CostGroup total_of(const std::vector<CostGroup>& groups);

}  // namespace kiln::image
