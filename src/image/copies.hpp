#pragma once

#include "image/inventory.hpp"

#include <vector>

namespace kiln::image {

/// An image and its copies in other regions. Where CopyImage made it, EC2 tells of what; where a
/// build of kiln made it, run and name are the same everywhere. An image that was made of an
/// instance of another, and a copy inside of its region, are images of their own.
using CopyGroup = std::vector<OwnImage>;

/// Every image of the inventory is in one group; the oldest of a group stands first.
std::vector<CopyGroup> copy_groups(const Inventory& inventory);

/// The group that `own` is in.
CopyGroup copies_of(const std::vector<CopyGroup>& groups, const OwnImage& own);

}  // namespace kiln::image
