#pragma once

#include "image/inventory.hpp"

#include <map>
#include <vector>

namespace kiln::image {

/// Snapshot -> those of its region, older than it, of which it may hold only the differences; the
/// likeliest first. Empty where nothing tells of any.
using Predecessors = std::map<Place, std::vector<const aws::ec2::Snapshot*>>;

/// Told by, in this order: the tag kiln:parent-snapshot; the one before it of the same volume; the
/// AMI that its AMI's instance was started from; the tag kiln:lineage; and the release before, for
/// copies: CopyImage sends only what differs from an earlier copy. Whether two snapshots share
/// blocks is for EBS to say: these are the questions that are worth asking. Pure.
Predecessors predecessors_of(const Inventory& inventory);

}  // namespace kiln::image
