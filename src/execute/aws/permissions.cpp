#include "execute/aws/permissions.hpp"

#include "aws/ec2/action.hpp"
#include "plan/options/amazon_ebs.hpp"
#include "plan/options/amazon_ebssurrogate.hpp"
#include "plan/options/amazon_ebsvolume.hpp"

#include <algorithm>
#include <cctype>
#include <initializer_list>
#include <map>
#include <nlohmann/json.hpp>

namespace kiln::exec {

namespace {

namespace ec2 = aws::ec2;
using Actions = std::initializer_list<const ec2::Action*>;

std::string permission_of(const ec2::Action& action) {
    return "ec2:" + std::string(action.name);
}

/// What the options of any Amazon builder come to.
struct Needs {
    const plan::InstanceOptions* instance = nullptr;
    const plan::AmiOptions* ami = nullptr;  ///< null where no AMI is made
    bool creates_image = false;
    bool takes_snapshots = false;
    bool registers = false;
    bool swaps_volumes = false;
    bool modifies = false;
};

class Collector {
public:
    void add(const std::string& step, Actions actions, bool only_own = false) {
        Permission& permission = step_named(step, only_own);
        for (const ec2::Action* action : actions) {
            add_to(permission, permission_of(*action));
        }
    }
    void add_named(const std::string& step, const std::string& action) {
        add_to(step_named(step, false), action);
    }
    void add_iam(
        const std::string& step, std::initializer_list<const char*> names, bool only_own = false
    ) {
        for (const char* name : names) {
            add_to(step_named(step, only_own), std::string("iam:") + name);
        }
    }
    void tag_at_birth(const ec2::Action& action) {
        Permission& permission = step_named("tags at creation", false);
        add_to(permission, permission_of(ec2::kCreateTags));
        const std::string name(action.name);
        auto& births = permission.only_at_creation;
        if (std::find(births.begin(), births.end(), name) == births.end()) {
            births.push_back(name);
        }
    }
    std::vector<Permission> take() { return std::move(permissions_); }

private:
    Permission& step_named(const std::string& step, bool only_own) {
        const auto found =
            std::find_if(permissions_.begin(), permissions_.end(), [&](const Permission& one) {
                return one.step == step;
            });
        if (found != permissions_.end()) {
            return *found;
        }
        permissions_.push_back({step, {}, only_own});
        return permissions_.back();
    }
    static void add_to(Permission& permission, const std::string& action) {
        auto& actions = permission.actions;
        if (std::find(actions.begin(), actions.end(), action) == actions.end()) {
            actions.push_back(action);
        }
    }

    std::vector<Permission> permissions_;
};

void collect_instance(Collector& all, const Needs& needs) {
    const plan::InstanceOptions& instance = *needs.instance;
    all.add("finding the source AMI", {&ec2::kDescribeImages});
    all.add("finding the network", {&ec2::kDescribeVpcs, &ec2::kDescribeSubnets});
    if (instance.instance_type) {
        // For a subnet of the default VPC, and for another zone where there is no capacity.
        all.add("finding the network", {&ec2::kDescribeInstanceTypeOfferings});
    }
    if (instance.needs_key_pair()) {
        all.add("making a key pair", {&ec2::kImportKeyPair, &ec2::kDescribeKeyPairs});
        all.tag_at_birth(ec2::kImportKeyPair);
    }
    if (instance.needs_security_group()) {
        all.add(
            "making a security group", {&ec2::kCreateSecurityGroup, &ec2::kDescribeSecurityGroups}
        );
        if (instance.needs_open_port()) {
            all.add("making a security group", {&ec2::kAuthorizeSecurityGroupIngress});
        }
        all.tag_at_birth(ec2::kCreateSecurityGroup);
    }
    all.add("launching the instance", {&ec2::kRunInstances, &ec2::kDescribeInstances});
    all.tag_at_birth(ec2::kRunInstances);
    if (instance.spot.spot_price) {
        all.add("launching the instance", {&ec2::kCreateLaunchTemplate, &ec2::kCreateFleet});
        all.tag_at_birth(ec2::kCreateLaunchTemplate);
        all.tag_at_birth(ec2::kCreateFleet);
    }
    if (instance.makes_instance_profile()) {
        all.add_iam(
            "making an instance profile",
            {"CreateInstanceProfile", "TagInstanceProfile", "CreateRole", "TagRole"}
        );
        all.add_iam(
            "giving the instance profile its role",
            {"PutRolePolicy", "AddRoleToInstanceProfile"},
            true
        );
    }
    if (instance.iam_instance_profile || instance.makes_instance_profile()) {
        all.add_named("launching the instance", "iam:PassRole");
    }
    if (instance.uses_session_manager()) {
        // The last is the plugin's own, where its connection breaks off.
        for (const char* action :
             {"ssm:StartSession", "ssm:TerminateSession", "ssm:ResumeSession"}) {
            all.add_named("reaching the instance by the session manager", action);
        }
    }
    all.add("looking at the console when nobody can log in", {&ec2::kGetConsoleOutput});
    if (!instance.spot.spot_price) {
        all.add("stopping the instance", {&ec2::kStopInstances}, true);
    }
    if (needs.modifies) {
        all.add("modifying the instance", {&ec2::kModifyInstanceAttribute}, true);
    }
}

void collect_image(Collector& all, const Needs& needs) {
    if (needs.swaps_volumes) {
        all.add(
            "making the shaped volume the root", {&ec2::kDetachVolume, &ec2::kAttachVolume}, true
        );
    }
    if (needs.takes_snapshots) {
        all.add("taking snapshots", {&ec2::kCreateSnapshot, &ec2::kDescribeSnapshots});
        all.tag_at_birth(ec2::kCreateSnapshot);
    }
    if (needs.registers) {
        all.add("registering the AMI", {&ec2::kRegisterImage});
        all.tag_at_birth(ec2::kRegisterImage);
    }
    if (needs.creates_image) {
        all.add("creating the AMI", {&ec2::kCreateImage});
        all.tag_at_birth(ec2::kCreateImage);
    }
    if (needs.ami == nullptr) {
        return;
    }
    const plan::AmiOptions& ami = *needs.ami;
    if (!ami.skip_region_validation) {
        all.add("checking the regions", {&ec2::kDescribeRegions});
    }
    if (!ami.ami_regions.empty() || ami.encrypt_boot == true) {
        all.add("copying the AMI", {&ec2::kCopyImage});
        all.tag_at_birth(ec2::kCopyImage);
    }
    if (ami.encrypt_boot == true || !ami.region_kms_key_ids.empty()) {
        for (const char* action :
             {"kms:CreateGrant",
              "kms:Decrypt",
              "kms:DescribeKey",
              "kms:GenerateDataKeyWithoutPlaintext",
              "kms:ReEncrypt*"}) {
            all.add_named("encrypting the AMI", action);
        }
    }
    if (ami.force_deregister) {
        all.add("replacing the old AMI", {&ec2::kDeregisterImage});
        if (ami.force_delete_snapshot) {
            all.add("replacing the old AMI", {&ec2::kDeleteSnapshot});
        }
    }
    if (ami.deprecate_at) {
        all.add("deprecating the AMI", {&ec2::kEnableImageDeprecation});
    }
    if (ami.deregistration_protection && ami.deregistration_protection->enabled) {
        all.add("protecting the AMI", {&ec2::kEnableImageDeregistrationProtection});
    }
    if (ami.ami_description || ami.imds_support || !ami.ami_users.empty() ||
        !ami.ami_groups.empty() || !ami.ami_org_arns.empty() || !ami.ami_ou_arns.empty() ||
        !ami.ami_product_codes.empty()) {
        all.add("describing and sharing the AMI", {&ec2::kModifyImageAttribute});
    }
    if (!ami.snapshots.snapshot_users.empty() || !ami.snapshots.snapshot_groups.empty()) {
        all.add("sharing the snapshots", {&ec2::kModifySnapshotAttribute});
    }
}

void collect_clean_up(Collector& all, const Needs& needs) {
    const plan::InstanceOptions& instance = *needs.instance;
    all.add("marking what is a result", {&ec2::kCreateTags}, true);
    // Looking for what carries the build's tag.
    all.add(
        "finding what is left",
        {&ec2::kDescribeImages,
         &ec2::kDescribeInstances,
         &ec2::kDescribeVolumes,
         &ec2::kDescribeSnapshots,
         &ec2::kDescribeSecurityGroups,
         &ec2::kDescribeKeyPairs,
         &ec2::kDescribeLaunchTemplates}
    );
    const std::string step = "removing what was temporary";
    all.add(step, {&ec2::kTerminateInstances, &ec2::kDeleteVolume}, true);
    if (needs.creates_image || needs.registers) {
        all.add(step, {&ec2::kDeregisterImage, &ec2::kDeleteSnapshot}, true);
    }
    if (needs.takes_snapshots) {
        all.add(step, {&ec2::kDeleteSnapshot}, true);
    }
    if (instance.needs_security_group()) {
        all.add(step, {&ec2::kDeleteSecurityGroup}, true);
    }
    if (instance.makes_instance_profile()) {
        all.add_iam("finding what is left", {"GetInstanceProfile", "GetRole"});
        all.add_iam(
            step,
            {"RemoveRoleFromInstanceProfile",
             "DeleteInstanceProfile",
             "DeleteRolePolicy",
             "DeleteRole"},
            true
        );
    }
    if (instance.needs_key_pair()) {
        all.add(step, {&ec2::kDeleteKeyPair}, true);
    }
    if (instance.spot.spot_price) {
        all.add(step, {&ec2::kDeleteLaunchTemplate}, true);
    }
}

void collect(Collector& all, const Needs& needs) {
    collect_instance(all, needs);
    collect_image(all, needs);
    collect_clean_up(all, needs);
}

bool modifies(const std::optional<bool>& ena_support, bool sriov_support) {
    return ena_support.has_value() || sriov_support;
}

void collect_build(Collector& all, const plan::Build& build) {
    const plan::DecodedOptions& options = build.builder.options;
    if (build.builder_type() == "amazon-ebs") {
        const auto& ebs = options.as<plan::AmazonEbsOptions>();
        collect(
            all,
            {.instance = &ebs.instance,
             .ami = ebs.skip_create_ami ? nullptr : &ebs.ami,
             .creates_image = !ebs.skip_create_ami,
             .modifies = modifies(ebs.ami.ena_support, ebs.ami.sriov_support)}
        );
    } else if (build.builder_type() == "amazon-ebssurrogate") {
        const auto& surrogate = options.as<plan::AmazonEbssurrogateOptions>();
        collect(
            all,
            {.instance = &surrogate.instance,
             .ami = &surrogate.ami,
             .creates_image = surrogate.use_create_image,
             .takes_snapshots = !surrogate.use_create_image,
             .registers = !surrogate.use_create_image,
             .swaps_volumes = surrogate.use_create_image,
             .modifies = modifies(surrogate.ami.ena_support, surrogate.ami.sriov_support)}
        );
    } else if (build.builder_type() == "amazon-ebsvolume") {
        const auto& volumes = options.as<plan::AmazonEbsvolumeOptions>();
        const bool takes_snapshots = std::any_of(
            volumes.ebs_volumes.begin(),
            volumes.ebs_volumes.end(),
            [](const plan::EbsVolumeOptions& volume) { return volume.snapshot_volume; }
        );
        collect(
            all,
            {.instance = &volumes.instance,
             .takes_snapshots = takes_snapshots,
             .modifies = modifies(volumes.ena_support, volumes.sriov_support)}
        );
    }
}

/// "LaunchingTheInstance": letters are all that a Sid may have.
std::string sid_of(const std::string& step) {
    std::string sid;
    bool begins = true;
    for (const char c : step) {
        const auto byte = static_cast<unsigned char>(c);
        if (std::isalnum(byte) == 0) {
            begins = true;
        } else {
            sid += begins ? static_cast<char>(std::toupper(byte)) : c;
            begins = false;
        }
    }
    return sid;
}

nlohmann::ordered_json condition_of(const Permission& permission) {
    if (permission.only_own) {
        return {{"StringLike", {{"aws:ResourceTag/kiln:run", "*"}}}};
    }
    if (!permission.only_at_creation.empty()) {
        return {{"StringEquals", {{"ec2:CreateAction", permission.only_at_creation}}}};
    }
    return nullptr;
}

}  // namespace

std::vector<Permission> permissions_of(const plan::BuildPlan& plan) {
    Collector all;
    for (const plan::Build& build : plan.builds) {
        if (build.builder.options.has_table()) {
            collect_build(all, build);
        }
    }
    return all.take();
}

std::vector<Permission> permissions_to_keep(ImageKeeping work) {
    Collector all;
    all.add(
        "listing AMIs and snapshots",
        {&ec2::kDescribeRegions, &ec2::kDescribeImages, &ec2::kDescribeSnapshots}
    );
    const std::string uses = "finding who uses an AMI";
    all.add(
        uses,
        {&ec2::kDescribeInstances,
         &ec2::kDescribeLaunchTemplates,
         &ec2::kDescribeLaunchTemplateVersions}
    );
    all.add_named(uses, "autoscaling:DescribeAutoScalingGroups");
    all.add_named(uses, "autoscaling:DescribeLaunchConfigurations");
    all.add_named(uses, "ssm:GetParametersByPath");
    all.add(
        "finding whom it is shared with, and what is locked",
        {&ec2::kDescribeImageAttribute,
         &ec2::kDescribeSnapshotAttribute,
         &ec2::kDescribeLockedSnapshots}
    );
    all.add_named("asking for prices", "pricing:GetProducts");
    for (const char* action : {"ebs:ListSnapshotBlocks", "ebs:ListChangedBlocks"}) {
        all.add_named("counting the blocks of snapshots", action);
    }
    if (work == ImageKeeping::look) {
        return all.take();
    }
    all.add("setting tags", {&ec2::kCreateTags, &ec2::kDeleteTags});
    all.add("sharing", {&ec2::kModifyImageAttribute, &ec2::kModifySnapshotAttribute});
    all.add(
        "deprecating and disabling",
        {&ec2::kEnableImageDeprecation,
         &ec2::kDisableImageDeprecation,
         &ec2::kDisableImage,
         &ec2::kEnableImage}
    );
    all.add("copying", {&ec2::kCopyImage});
    all.add("adding disks", {&ec2::kRegisterImage});
    all.add("taking back what failed", {&ec2::kDeregisterImage}, true);
    if (work == ImageKeeping::change) {
        return all.take();
    }
    all.add("removing", {&ec2::kDeregisterImage, &ec2::kDeleteSnapshot});
    all.add(
        "undoing a removal",
        {&ec2::kListImagesInRecycleBin,
         &ec2::kListSnapshotsInRecycleBin,
         &ec2::kRestoreImageFromRecycleBin,
         &ec2::kRestoreSnapshotFromRecycleBin}
    );
    return all.take();
}

std::string policy_json(const std::vector<Permission>& permissions, bool explain) {
    nlohmann::ordered_json statements = nlohmann::ordered_json::array();
    // By condition, in the order in which they come up; with `explain` by step.
    std::vector<std::pair<std::string, Permission>> groups;
    for (const Permission& permission : permissions) {
        const std::string key = explain ? permission.step : condition_of(permission).dump();
        const auto found = std::find_if(groups.begin(), groups.end(), [&](const auto& group) {
            return group.first == key;
        });
        if (found == groups.end()) {
            groups.emplace_back(key, permission);
        } else {
            auto& actions = found->second.actions;
            actions.insert(actions.end(), permission.actions.begin(), permission.actions.end());
        }
    }
    for (auto& [key, permission] : groups) {
        std::sort(permission.actions.begin(), permission.actions.end());
        permission.actions.erase(
            std::unique(permission.actions.begin(), permission.actions.end()),
            permission.actions.end()
        );
        nlohmann::ordered_json statement;
        if (explain) {
            statement["Sid"] = sid_of(permission.step);
        }
        statement["Effect"] = "Allow";
        statement["Action"] = permission.actions;
        statement["Resource"] = "*";
        if (const auto condition = condition_of(permission); !condition.is_null()) {
            statement["Condition"] = condition;
        }
        statements.push_back(std::move(statement));
    }
    return nlohmann::ordered_json{{"Version", "2012-10-17"}, {"Statement", statements}}.dump(2) +
           "\n";
}

}  // namespace kiln::exec
