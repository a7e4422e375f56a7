#pragma once

#include "execute/aws/session.hpp"
#include "execute/journal.hpp"
#include "image/inventory.hpp"

#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace kiln::image {

/// What a change did to one image.
struct ChangeStep {
    Place place;
    std::string problem;  ///< "" when it was done

    bool operator==(const ChangeStep&) const = default;
};

/// Changes each image, its region's one after the other and the regions at once. What fails with
/// one image is told in its step and keeps none of the others back.
using ImageChange = std::function<void(const aws::ec2::Region&, const aws::ec2::Image&)>;
std::vector<ChangeStep> change_images(
    exec::AwsSession& session, const std::vector<OwnImage>& images, const ImageChange& change
);

/// Why a tag may not be set or removed, or "": EC2's own rules, and the marks by which kiln knows
/// what it has made. Pure.
std::string tag_mistake(const std::string& key, const std::string& value);

/// Tags that go with an image to one that is made of it: all but Amazon's, and but those by which
/// kiln knows what it has made.
aws::ec2::Tags without_marks(aws::ec2::Tags tags);

/// Error{exists} when an own image has the name in one of the regions.
void refuse_used_names(
    exec::AwsSession& session,
    const std::vector<std::string>& regions,
    const std::string& name,
    const std::stop_token& stop
);

struct CopyWish {
    std::vector<std::string> regions;
    std::string name;  ///< "": as it is called
    bool encrypt = false;
    std::string kms_key;
    std::string client_token;  ///< the beginning of those of the copies
    std::string mark;          ///< by which `kiln sweep` finds copies that were never finished
};
/// Copies `source` with its tags and those of its snapshots, to all regions at once, and waits
/// until each can be launched. Error{exists} when the name is in use in one of them, before
/// anything is copied. A copy that fails is removed by `kiln sweep`.
std::vector<ChangeStep> copy_image_to(
    exec::AwsSession& session,
    exec::Journal& journal,
    const std::string& account,
    const std::string& profile,
    const Inventory& inventory,
    const OwnImage& source,
    const CopyWish& wish,
    std::stop_token stop
);

}  // namespace kiln::image
