#include "aws/ec2/action.hpp"

#include <algorithm>
#include <array>

namespace kiln::aws::ec2 {

namespace {

using std::chrono::minutes;
using std::chrono::seconds;

// A fresh id may be unknown to the next call for a minute or two (EC2 Developer Guide, "Eventual
// consistency").
constexpr seconds kFresh{120};

constexpr std::array<std::string_view, 1> kFreshThing = {"*.NotFound"};
constexpr std::array<std::string_view, 1> kFreshPermission = {"InvalidGroup.NotFound"};
// The profile of IAM takes tens of seconds to reach EC2; group and key pair are seconds old.
constexpr std::array<std::string_view, 3> kFreshParts = {
    "InvalidGroup.NotFound", "InvalidKeyPair.NotFound", "InvalidSecurityGroupID.NotFound"};
constexpr std::array<std::string_view, 2> kNotYetStopped = {
    "InvalidInstanceID.NotFound", "IncorrectInstanceState"};
constexpr std::array<std::string_view, 3> kGroupInUse = {
    "DependencyViolation", "InvalidGroup.InUse", "RequestLimitExceeded"};
constexpr std::array<std::string_view, 1> kSnapshotInUse = {"InvalidSnapshot.InUse"};
constexpr std::array<std::string_view, 2> kVolumeInUse = {"VolumeInUse", "IncorrectState"};
constexpr std::array<std::string_view, 2> kTagging = {"*.NotFound", "ConcurrentTagAccess"};
constexpr std::array<std::string_view, 2> kImageNotReady = {
    "InvalidAMIID.NotFound", "InvalidAMIID.Unavailable"};
constexpr std::array<std::string_view, 2> kSnapshotNotReady = {
    "InvalidSnapshot.NotFound", "IncorrectState"};

constexpr std::array<std::string_view, 1> kNoInstance = {"InvalidInstanceID.NotFound"};
constexpr std::array<std::string_view, 2> kNoGroup = {
    "InvalidGroup.NotFound", "InvalidSecurityGroupID.NotFound"};
constexpr std::array<std::string_view, 1> kNoSnapshot = {"InvalidSnapshot.NotFound"};
constexpr std::array<std::string_view, 1> kNoVolume = {"InvalidVolume.NotFound"};
constexpr std::array<std::string_view, 2> kNoImage = {
    "InvalidAMIID.NotFound", "InvalidAMIID.Unavailable"};
constexpr std::array<std::string_view, 1> kNoKeyPair = {"InvalidKeyPair.NotFound"};
constexpr std::array<std::string_view, 2> kNoTemplate = {
    "InvalidLaunchTemplateId.NotFound", "InvalidLaunchTemplateName.NotFoundException"};

constexpr Action reads(std::string_view name) {
    return {.name = name};
}

}  // namespace

bool is_one_of(std::string_view code, std::span<const std::string_view> codes) {
    return std::any_of(codes.begin(), codes.end(), [code](std::string_view one) {
        return one.starts_with('*') ? code.ends_with(one.substr(1)) : code == one;
    });
}

const Action kAttachVolume = {.name = "AttachVolume", .settling = kVolumeInUse, .patience = kFresh};
const Action kAuthorizeSecurityGroupIngress = {
    .name = "AuthorizeSecurityGroupIngress", .settling = kFreshPermission, .patience = kFresh};
const Action kCopyImage = {.name = "CopyImage"};
const Action kCreateImage = {
    .name = "CreateImage",
    .repeat = Repeat::unsafe,
    .settling = kNotYetStopped,
    .patience = minutes(15)};
const Action kCreateLaunchTemplate = {.name = "CreateLaunchTemplate"};
const Action kCreateFleet = {.name = "CreateFleet"};
const Action kCreateSecurityGroup = {.name = "CreateSecurityGroup", .repeat = Repeat::unsafe};
const Action kCreateSnapshot = {
    .name = "CreateSnapshot",
    .repeat = Repeat::unsafe,
    .settling = kVolumeInUse,
    .patience = kFresh};
const Action kCreateTags = {.name = "CreateTags", .settling = kTagging, .patience = kFresh};
const Action kDeleteKeyPair = {.name = "DeleteKeyPair", .gone = kNoKeyPair};
const Action kDeleteLaunchTemplate = {.name = "DeleteLaunchTemplate", .gone = kNoTemplate};
const Action kDeleteSecurityGroup = {
    .name = "DeleteSecurityGroup",
    .settling = kGroupInUse,
    .patience = minutes(10),
    .gone = kNoGroup};
const Action kDeleteSnapshot = {
    .name = "DeleteSnapshot",
    .settling = kSnapshotInUse,
    .patience = minutes(10),
    .gone = kNoSnapshot};
const Action kDeleteTags = {.name = "DeleteTags"};
const Action kDeleteVolume = {
    .name = "DeleteVolume", .settling = kVolumeInUse, .patience = minutes(5), .gone = kNoVolume};
const Action kDeregisterImage = {.name = "DeregisterImage", .gone = kNoImage};
const Action kDescribeImageAttribute = reads("DescribeImageAttribute");
const Action kDescribeImages = reads("DescribeImages");
const Action kDescribeInstances = {
    .name = "DescribeInstances", .settling = kFreshThing, .patience = kFresh};
const Action kDescribeInstanceTypeOfferings = reads("DescribeInstanceTypeOfferings");
const Action kDescribeKeyPairs = reads("DescribeKeyPairs");
const Action kDescribeLaunchTemplates = reads("DescribeLaunchTemplates");
const Action kDescribeLaunchTemplateVersions = reads("DescribeLaunchTemplateVersions");
const Action kDescribeLockedSnapshots = reads("DescribeLockedSnapshots");
const Action kDescribeRegions = reads("DescribeRegions");
const Action kDescribeSecurityGroups = reads("DescribeSecurityGroups");
const Action kDescribeSnapshotAttribute = reads("DescribeSnapshotAttribute");
const Action kDescribeSnapshots = reads("DescribeSnapshots");
const Action kDescribeSubnets = reads("DescribeSubnets");
const Action kDescribeVolumes = reads("DescribeVolumes");
const Action kDescribeVpcs = reads("DescribeVpcs");
const Action kDetachVolume = {
    .name = "DetachVolume", .settling = kNotYetStopped, .patience = kFresh};
const Action kDisableImage = {.name = "DisableImage"};
const Action kDisableImageDeprecation = {.name = "DisableImageDeprecation"};
const Action kEnableImage = {.name = "EnableImage"};
const Action kEnableImageDeprecation = {
    .name = "EnableImageDeprecation", .settling = kImageNotReady, .patience = kFresh};
const Action kEnableImageDeregistrationProtection = {
    .name = "EnableImageDeregistrationProtection", .settling = kImageNotReady, .patience = kFresh};
const Action kGetConsoleOutput = reads("GetConsoleOutput");
const Action kImportKeyPair = {.name = "ImportKeyPair", .repeat = Repeat::unsafe};
const Action kListImagesInRecycleBin = reads("ListImagesInRecycleBin");
const Action kListSnapshotsInRecycleBin = reads("ListSnapshotsInRecycleBin");
const Action kModifyImageAttribute = {
    .name = "ModifyImageAttribute", .settling = kImageNotReady, .patience = kFresh};
const Action kModifyInstanceAttribute = {
    .name = "ModifyInstanceAttribute", .settling = kNotYetStopped, .patience = kFresh};
const Action kModifySnapshotAttribute = {
    .name = "ModifySnapshotAttribute", .settling = kFreshThing, .patience = kFresh};
const Action kRegisterImage = {
    .name = "RegisterImage",
    .repeat = Repeat::unsafe,
    .settling = kSnapshotNotReady,
    .patience = kFresh};
const Action kRestoreImageFromRecycleBin = {.name = "RestoreImageFromRecycleBin"};
const Action kRestoreSnapshotFromRecycleBin = {.name = "RestoreSnapshotFromRecycleBin"};
const Action kRunInstances = {.name = "RunInstances", .settling = kFreshParts, .patience = kFresh};
const Action kStopInstances = {
    .name = "StopInstances", .settling = kNotYetStopped, .patience = kFresh};
const Action kTerminateInstances = {.name = "TerminateInstances", .gone = kNoInstance};

}  // namespace kiln::aws::ec2
