#pragma once

#include "execute/aws/session.hpp"
#include "image/snapshot_lineage.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace kiln::image {

/// How sure a figure is, the surest first.
enum class Certainty {
    exact,     ///< counted
    estimate,  ///< of the right size, by something else than what it will be
    at_most,   ///< no more than that, and perhaps much less
};
/// "exact", "estimate", "at most".
const char* to_string(Certainty certainty);

/// What a snapshot adds to what is stored: the blocks that none before it in its lineage has.
struct StoredBlocks {
    double gib = 0;
    Certainty certainty = Certainty::at_most;
    std::string why;          ///< how it was found: "differs from snap-1 in 12 blocks"
    std::string compared_to;  ///< the snapshot that has the others; "": it has all of them itself

    bool operator==(const StoredBlocks&) const = default;
};

/// The number of blocks that were sent for a snapshot over its parent, or, without one, for all of
/// it, where this host knows without asking anybody.
using KnownBlocks = std::function<std::optional<std::int64_t>(
    const aws::ec2::Snapshot& snapshot, const aws::ec2::Snapshot* parent
)>;

/// What is known of the blocks of snapshots, and what could not be asked.
struct BlockCounts {
    std::map<Place, StoredBlocks> stored;
    std::vector<RegionProblem> problems;  ///< actions that are not allowed, once for each region
};

/// Counts by what this host knows and by the EBS direct APIs, several at a time. Where these may
/// not be asked, what EC2 says of the whole snapshot takes the place. Throws Error{interrupted}.
BlockCounts count_stored_blocks(
    exec::AwsSession& session,
    const Inventory& inventory,
    const std::vector<Place>& snapshots,
    const KnownBlocks& known,
    std::stop_token stop
);

}  // namespace kiln::image
