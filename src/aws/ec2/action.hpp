#pragma once

#include "aws/service_call.hpp"

#include <chrono>
#include <span>
#include <string_view>
#include <vector>

namespace kiln::aws::ec2 {

/// One action of the EC2 API, as data: how it is sent, which errors are not the last word, and what
/// IAM calls it. (EC2 API Reference; Service Authorization Reference, "Actions for Amazon EC2".)
struct Action {
    std::string_view name;  ///< "RunInstances", which is "ec2:RunInstances" in a policy
    Repeat repeat = Repeat::safe;
    /// Codes of a thing that this run made a moment ago and that EC2 does not know everywhere yet,
    /// or that is still in use by one it is taking away: ask again until `patience` is over.
    std::span<const std::string_view> settling = {};
    std::chrono::seconds patience{0};
    /// Codes that say of a thing to be removed that it is gone already.
    std::span<const std::string_view> gone = {};
};

/// Whether `code` is one of `codes`, of which one that begins with "*" stands for all that end so.
bool is_one_of(std::string_view code, std::span<const std::string_view> codes);

extern const Action kAttachVolume;
extern const Action kAuthorizeSecurityGroupIngress;
extern const Action kCopyImage;
extern const Action kCreateImage;
extern const Action kCreateLaunchTemplate;
extern const Action kCreateFleet;
extern const Action kCreateSecurityGroup;
extern const Action kCreateSnapshot;
extern const Action kCreateTags;
extern const Action kDeleteKeyPair;
extern const Action kDeleteLaunchTemplate;
extern const Action kDeleteSecurityGroup;
extern const Action kDeleteSnapshot;
extern const Action kDeleteTags;
extern const Action kDeleteVolume;
extern const Action kDeregisterImage;
extern const Action kDescribeImages;
extern const Action kDescribeImageAttribute;
extern const Action kDescribeInstances;
extern const Action kDescribeInstanceTypeOfferings;
extern const Action kDescribeKeyPairs;
extern const Action kDescribeLaunchTemplates;
extern const Action kDescribeLaunchTemplateVersions;
extern const Action kDescribeLockedSnapshots;
extern const Action kDescribeRegions;
extern const Action kDescribeSecurityGroups;
extern const Action kDescribeSnapshots;
extern const Action kDescribeSnapshotAttribute;
extern const Action kDescribeSubnets;
extern const Action kDescribeVolumes;
extern const Action kDescribeVpcs;
extern const Action kDetachVolume;
extern const Action kDisableImage;
extern const Action kDisableImageDeprecation;
extern const Action kEnableImage;
extern const Action kEnableImageDeprecation;
extern const Action kEnableImageDeregistrationProtection;
extern const Action kGetConsoleOutput;
extern const Action kImportKeyPair;
extern const Action kListImagesInRecycleBin;
extern const Action kListSnapshotsInRecycleBin;
extern const Action kModifyImageAttribute;
extern const Action kModifyInstanceAttribute;
extern const Action kModifySnapshotAttribute;
extern const Action kRegisterImage;
extern const Action kRestoreImageFromRecycleBin;
extern const Action kRestoreSnapshotFromRecycleBin;
extern const Action kRunInstances;
extern const Action kStopInstances;
extern const Action kTerminateInstances;

}  // namespace kiln::aws::ec2
