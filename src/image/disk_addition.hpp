#pragma once

#include "aws/ec2/images.hpp"
#include "image/disk_wish.hpp"
#include "image/inventory.hpp"

#include <string>
#include <vector>

namespace kiln::image {

/// Tag of an AMI that was registered from the snapshots of another: which one.
constexpr const char* kMadeFromTag = "kiln:made-from";

/// What an AMI with further disks shall be besides what its source is.
struct DiskAdditionWish {
    std::vector<DiskWish> disks;
    std::string name;
    std::string description;  ///< "": as the source's
    aws::ec2::Tags tags;      ///< over those of the source
};

/// An AMI of the source's snapshots and of further disks, decided.
struct DiskAddition {
    std::string region;
    std::string source_id;
    /// With the source's devices first, in its order, and its tags.
    aws::ec2::Registration registration;
    std::size_t kept_devices = 0;  ///< the first so many are the source's
};

/// Decides names and sizes. Error{usage} for a disk that can not be added: its name is in use or
/// there is none left, its snapshot is not the account's own in that region, not complete, or
/// larger than the disk. Error{unsupported} for a source that registering would take something
/// from that it can not give back: licences, product codes. `uefi_data` is the source's. Pure.
DiskAddition plan_disk_addition(
    const Inventory& inventory,
    const OwnImage& source,
    const DiskAdditionWish& wish,
    const std::string& uefi_data
);

}  // namespace kiln::image
