#pragma once

#include "image/prune_policy.hpp"
#include "image/removal.hpp"
#include "image/times.hpp"

#include <optional>
#include <string>
#include <vector>

namespace kiln::image {

/// The tag of images in their grace: when they may go, RFC 3339.
constexpr const char* kPruneAfterTag = "kiln:prune-after";

enum class PruneAction {
    keep,
    begin_grace,  ///< deprecate, disable, and tag with the date
    wait,         ///< in its grace
    remove,
    spare,  ///< in its grace, and something keeps it by now: it is as it was
};

/// What becomes of an image and its copies, which stay or go together.
struct PruneDecision {
    CopyGroup group;
    std::string lineage;
    PruneAction action = PruneAction::keep;
    std::string why;          ///< what keeps it, or ""
    std::optional<Time> due;  ///< when its grace is over
};

/// Decides for every image that the policy looks at: lineage by lineage, newest first. Pure. Facts
/// need not be complete for images that something cheaper keeps: decide with the inventory alone
/// first, gather the rest for what is not kept, and decide again.
std::vector<PruneDecision> plan_prune(
    const RemovalFacts& facts, const PrunePolicy& policy, Time now
);

/// The images of decisions of that kind.
std::vector<OwnImage> images_with(
    const std::vector<PruneDecision>& decisions, const std::vector<PruneAction>& actions
);

}  // namespace kiln::image
