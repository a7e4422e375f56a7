#pragma once

#include "aws/ec2/region.hpp"

#include <stop_token>
#include <string>
#include <vector>

namespace kiln::aws::ec2 {

/// An image or a snapshot that was deleted and that a retention rule of the account keeps for a
/// while. (Amazon EC2 User Guide, "Recycle Bin".)
struct BinnedThing {
    std::string id;
    std::string name;  ///< of an image
    std::string description;
    std::string entered;  ///< ISO 8601
    std::string leaves;   ///< the same: then it is gone for good

    bool operator==(const BinnedThing&) const = default;
};
std::vector<BinnedThing> binned_images(const Region&, std::stop_token);
std::vector<BinnedThing> binned_snapshots(const Region&, std::stop_token);

void restore_image(const Region&, const std::string& id, std::stop_token);
void restore_snapshot(const Region&, const std::string& id, std::stop_token);

}  // namespace kiln::aws::ec2
