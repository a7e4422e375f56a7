#include "execute/aws/dry_run.hpp"

#include "execute/aws/amazon_parts.hpp"
#include "execute/aws/permissions.hpp"
#include "execute/builder/amazon/source_ami.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace kiln::exec {

namespace {

// EC2 looks at parameters before it looks at permissions, so each question is whole. These ids are
// nobody's: EC2 makes them of random digits.
constexpr const char* kInstance = "i-00000000000000000";
constexpr const char* kImage = "ami-00000000000000000";
constexpr const char* kSnapshot = "snap-00000000000000000";
constexpr const char* kVolume = "vol-00000000000000000";
constexpr const char* kGroup = "sg-00000000000000000";
constexpr const char* kTemplate = "lt-00000000000000000";
constexpr const char* kName = "kiln-policy-check";
// An ed25519 key whose private half nobody has kept, in base64 as ImportKeyPair takes it.
constexpr const char* kPublicKey =
    "c3NoLWVkMjU1MTkgQUFBQUMzTnphQzFsWkRJMU5URTVBQUFBSUMySkpqNTRIMGJtb2svR1hmN3dsT0dwZzRFWkcraEIrSl"
    "Nn"
    "UGp4TU0vY3I=";

/// Actions of EC2 without a parameter but DryRun are those that describe.
const std::map<std::string, aws::Parameters>& questions() {
    static const std::map<std::string, aws::Parameters> table = {
        {"AttachVolume",
         {{"InstanceId", kInstance}, {"VolumeId", kVolume}, {"Device", "/dev/sdf"}}},
        {"AuthorizeSecurityGroupIngress",
         {{"GroupId", kGroup},
          {"IpPermissions.1.IpProtocol", "tcp"},
          {"IpPermissions.1.FromPort", "22"},
          {"IpPermissions.1.ToPort", "22"},
          {"IpPermissions.1.IpRanges.1.CidrIp", "192.0.2.1/32"}}},
        {"CopyImage", {{"SourceImageId", kImage}, {"Name", kName}}},
        {"CreateFleet",
         {{"Type", "instant"},
          {"LaunchTemplateConfigs.1.LaunchTemplateSpecification.LaunchTemplateId", kTemplate},
          {"LaunchTemplateConfigs.1.LaunchTemplateSpecification.Version", "1"},
          {"TargetCapacitySpecification.TotalTargetCapacity", "1"},
          {"TargetCapacitySpecification.DefaultTargetCapacityType", "spot"}}},
        {"CreateImage", {{"InstanceId", kInstance}, {"Name", kName}}},
        {"CreateLaunchTemplate",
         {{"LaunchTemplateName", kName}, {"LaunchTemplateData.InstanceType", "t3.micro"}}},
        {"CreateSecurityGroup", {{"GroupName", kName}, {"GroupDescription", kName}}},
        {"CreateSnapshot", {{"VolumeId", kVolume}}},
        {"CreateTags",
         {{"ResourceId.1", kInstance}, {"Tag.1.Key", "kiln:run"}, {"Tag.1.Value", "check"}}},
        {"DeleteKeyPair", {{"KeyName", kName}}},
        {"DeleteLaunchTemplate", {{"LaunchTemplateId", kTemplate}}},
        {"DeleteSecurityGroup", {{"GroupId", kGroup}}},
        {"DeleteSnapshot", {{"SnapshotId", kSnapshot}}},
        {"DeleteVolume", {{"VolumeId", kVolume}}},
        {"DeregisterImage", {{"ImageId", kImage}}},
        {"DescribeImages", {{"Owner.1", "self"}}},
        {"DescribeInstanceTypeOfferings", {}},
        {"DescribeInstances", {}},
        {"DescribeKeyPairs", {}},
        {"DescribeLaunchTemplates", {}},
        {"DescribeRegions", {}},
        {"DescribeSecurityGroups", {}},
        {"DescribeSnapshots", {{"Owner.1", "self"}}},
        {"DescribeSubnets", {}},
        {"DescribeVolumes", {}},
        {"DescribeVpcs", {}},
        {"DetachVolume", {{"VolumeId", kVolume}}},
        {"EnableImageDeprecation", {{"ImageId", kImage}, {"DeprecateAt", "2099-01-01T00:00:00Z"}}},
        {"EnableImageDeregistrationProtection", {{"ImageId", kImage}}},
        {"GetConsoleOutput", {{"InstanceId", kInstance}}},
        {"ImportKeyPair", {{"KeyName", kName}, {"PublicKeyMaterial", kPublicKey}}},
        {"ModifyImageAttribute", {{"ImageId", kImage}, {"Description.Value", kName}}},
        {"ModifyInstanceAttribute", {{"InstanceId", kInstance}, {"EnaSupport.Value", "true"}}},
        {"ModifySnapshotAttribute",
         {{"SnapshotId", kSnapshot},
          {"Attribute", "createVolumePermission"},
          {"OperationType", "add"},
          {"UserId.1", "000000000000"}}},
        {"RegisterImage",
         {{"Name", kName},
          {"RootDeviceName", "/dev/xvda"},
          {"BlockDeviceMapping.1.DeviceName", "/dev/xvda"},
          {"BlockDeviceMapping.1.Ebs.SnapshotId", kSnapshot}}},
        {"RunInstances", {{"MinCount", "1"}, {"MaxCount", "1"}}},
        {"StopInstances", {{"InstanceId.1", kInstance}}},
        {"TerminateInstances", {{"InstanceId.1", kInstance}}},
    };
    return table;
}

std::string ec2_name(const std::string& action) {
    constexpr std::string_view prefix = "ec2:";
    return action.starts_with(prefix) ? action.substr(prefix.size()) : "";
}

class Asker {
public:
    Asker(AwsSession& session, const plan::Build& build, std::stop_token stop)
        : session_(session), parts_(*amazon_parts(build)), stop_(std::move(stop)) {
        plan::BuildPlan alone;
        alone.builds.push_back(build);
        permissions_ = permissions_of(alone);
    }

    std::vector<AskedPermission> run() {
        for (const Permission& permission : permissions_) {
            for (const std::string& action : permission.actions) {
                ask_where_needed(action, permission.step);
            }
        }
        return std::move(asked_);
    }

private:
    void ask_where_needed(const std::string& action, const std::string& step) {
        if (std::any_of(asked_.begin(), asked_.end(), [&](const AskedPermission& one) {
                return one.action == action;
            })) {
            return;
        }
        if (action != "ec2:CopyImage") {
            asked_.push_back(ask(action, step, session_.region()));
            return;
        }
        std::vector<std::string> regions = parts_.ami->ami_regions;
        if (regions.empty()) {
            regions = {session_.region()};
        }
        for (const std::string& region : regions) {
            asked_.push_back(ask(action, step, region));
        }
    }

    AskedPermission ask(
        const std::string& action, const std::string& step, const std::string& region
    ) {
        AskedPermission asked{action, step, region, Leave::not_asked, ""};
        if (!can_be_asked(action)) {
            return asked;
        }
        const std::string name = ec2_name(action);
        const aws::CallOutcome outcome = session_.client().send(
            aws::query_call(aws::Service::ec2, name, parameters_of(name), aws::Repeat::safe),
            region,
            stop_
        );
        const auto* error = std::get_if<aws::ServiceError>(&outcome);
        if (error == nullptr) {  // some that only describe do not know DryRun
            asked.leave = Leave::allowed;
            return asked;
        }
        const aws::ErrorClass kind = aws::classify(*error);
        asked.leave = leave_of(error->code);
        if (asked.leave == Leave::unsure &&
            (error->code.empty() || kind != aws::ErrorClass::terminal)) {
            throw aws::to_error(*error, name);
        }
        if (asked.leave != Leave::allowed) {
            asked.answer = error->code;
        }
        return asked;
    }

    aws::Parameters parameters_of(const std::string& name) {
        aws::Parameters parameters = questions().at(name);
        if (name == "CopyImage") {
            parameters.emplace_back("SourceRegion", session_.region());
        }
        if (name == "RunInstances") {
            parameters.emplace_back("ImageId", source_ami());
            parameters.emplace_back(
                "InstanceType", parts_.instance->instance_type.value_or("t3.micro")
            );
        }
        parameters.emplace_back("DryRun", "true");
        return parameters;
    }

    /// EC2 may allow launches of some AMIs only. Where the source can not be looked at, nobody's.
    std::string source_ami() {
        const auto images = std::find_if(asked_.begin(), asked_.end(), [](const auto& one) {
            return one.action == "ec2:DescribeImages";
        });
        if (images == asked_.end() || images->leave != Leave::allowed) {
            return kImage;
        }
        return find_ami(
                   session_.ec2(),
                   parts_.instance->source_ami,
                   parts_.instance->source_ami_filter,
                   stop_
        )
            .id;
    }

    AwsSession& session_;
    AmazonParts parts_;
    std::stop_token stop_;
    std::vector<Permission> permissions_;
    std::vector<AskedPermission> asked_;
};

}  // namespace

Leave leave_of(const std::string& error_code) {
    if (error_code == "DryRunOperation") {
        return Leave::allowed;
    }
    if (error_code == "UnauthorizedOperation" || error_code == "AccessDenied" ||
        error_code == "AccessDeniedException") {
        return Leave::refused;
    }
    return Leave::unsure;
}

bool can_be_asked(const std::string& action) {
    return questions().contains(ec2_name(action));
}

std::vector<AskedPermission> ask_permissions(
    AwsSession& session, const plan::Build& build, std::stop_token stop
) {
    return Asker(session, build, std::move(stop)).run();
}

}  // namespace kiln::exec
