#include "plan/options/aws_image.hpp"

#include "hcl/timestamp.hpp"
#include "plan/check.hpp"
#include "plan/options/aws_rules.hpp"

#include <algorithm>

namespace kiln::plan {

namespace {

void name_is_an_ami_name(const AmiOptions& ami, const CheckContext& context) {
    constexpr std::size_t kShortest = 3;
    constexpr std::size_t kLongest = 128;
    const std::string& name = ami.ami_name;
    if (is_unknown(name)) {
        return;
    }
    if (name.size() < kShortest || name.size() > kLongest) {
        context.error(
            "ami_name",
            "ami_name must be 3 to 128 characters long, \"" + name + "\" has " +
                std::to_string(name.size())
        );
    }
    const std::string clean = clean_ami_name(name);
    const auto wrong = std::mismatch(name.begin(), name.end(), clean.begin()).first;
    if (wrong != name.end()) {
        context.error(
            "ami_name",
            "\"" + name + "\" is no name for an AMI: '" + *wrong + "' may not stand in it",
            "clean_resource_name replaces such characters: ami_name = \"{{ clean_resource_name "
            "`...` }}\""
        );
    }
}

void keys_need_encryption(const AmiOptions& ami, const CheckContext& context) {
    const auto check = [&](const char* option, const std::string& key) {
        if (key.empty() || is_unknown(key)) {
            return;
        }
        if (ami.encrypt_boot != true) {
            context.error(option, std::string("\"") + option + "\" needs encrypt_boot = true");
        }
        if (!is_kms_key(key)) {
            context.error(
                option,
                "\"" + key + "\" is no key of KMS",
                "write its id, \"alias/NAME\" or its ARN"
            );
        }
    };
    check("kms_key_id", ami.kms_key_id.value_or(""));
    for (const auto& [region, key] : ami.region_kms_key_ids) {
        check("region_kms_key_ids", key);
    }
}

void regions_have_keys(const AmiOptions& ami, const CheckContext& context) {
    const std::vector<std::string>& regions = ami.ami_regions;
    const auto is_target = [&](const std::string& region) {
        return std::find(regions.begin(), regions.end(), region) != regions.end();
    };
    if (ami.region_kms_key_ids.empty() || is_target(kUnknownValue)) {
        return;
    }
    for (const auto& [region, key] : ami.region_kms_key_ids) {
        if (!is_unknown(region) && !is_target(region)) {
            context.error(
                "region_kms_key_ids",
                "region \"" + region + "\" has a key, and the AMI is not copied to it",
                "add it to ami_regions"
            );
        }
    }
    for (const std::string& region : regions) {
        if (!ami.region_kms_key_ids.contains(region)) {
            context.error(
                "ami_regions",
                "the AMI is copied to region \"" + region + "\", which has no key",
                "add it to region_kms_key_ids, with \"\" for the account's default key"
            );
        }
    }
}

void shared_images_have_keys(const AmiOptions& ami, const CheckContext& context) {
    const bool by_default_key =
        (ami.encrypt_boot == true && !ami.kms_key_id && ami.region_kms_key_ids.empty()) ||
        std::any_of(
            ami.region_kms_key_ids.begin(),
            ami.region_kms_key_ids.end(),
            [](const auto& region_and_key) { return region_and_key.second.empty(); }
        );
    const auto check = [&](const char* option, const std::vector<std::string>& shared_with) {
        if (by_default_key && !shared_with.empty()) {
            context.error(
                option,
                "what is encrypted with the account's default key can not be shared",
                "give a key of your own: kms_key_id, region_kms_key_ids"
            );
        }
    };
    check("ami_users", ami.ami_users);
    check("ami_org_arns", ami.ami_org_arns);
    check("ami_ou_arns", ami.ami_ou_arns);
    check("snapshot_users", ami.snapshots.snapshot_users);
}

void deprecation_is_a_time(const AmiOptions& ami, const CheckContext& context) {
    if (ami.deprecate_at && !is_unknown(*ami.deprecate_at) &&
        !hcl::parse_rfc3339(*ami.deprecate_at).timestamp) {
        context.error(
            "deprecate_at",
            "\"" + *ami.deprecate_at + "\" is no time of RFC 3339",
            "write \"2030-01-31T12:00:00Z\""
        );
    }
}

}  // namespace

const OptionTable& DeregistrationProtection::options() {
    using O = DeregistrationProtection;
    static const OptionTable table = OptionTable::of<O>({
        option<&O::enabled>("enabled", {.help = "protect it"}),
        option<&O::with_cooldown>(
            "with_cooldown", {.help = "keep the protection for a day after it is taken off"}
        ),
    });
    return table;
}

const OptionTable& SnapshotTagOptions::options() {
    using O = SnapshotTagOptions;
    static const OptionTable table = OptionTable::of<O>({
        option<&O::snapshot_tags>(
            "snapshot_tags",
            {.help = "tags of the snapshots; win over `tags`", .render = Render::at_run}
        ),
        option<&O::snapshot_tag>("snapshot_tag", {.help = "one of them as a block"}),
        option<&O::snapshot_users>(
            "snapshot_users", {.help = "accounts that may make volumes of the snapshots"}
        ),
        option<&O::snapshot_groups>(
            "snapshot_groups", {.help = "groups that may; \"all\" is everybody"}
        ),
    });
    return table;
}

const OptionTable& AmiOptions::options() {
    using O = AmiOptions;
    static const OptionTable table = OptionTable::of<O>({
        SharedTable{"aws-image", "AMI"},
        option<&O::ami_name>("ami_name", {.help = "name of the AMI", .required = true}),
        option<&O::ami_description>(
            "ami_description", {.help = "description of the AMI", .render = Render::at_run}
        ),
        option<&O::ami_virtualization_type>(
            "ami_virtualization_type",
            {.help = "kind of virtualization", .allowed = {"hvm", "paravirtual"}}
        ),
        option<&O::ami_users>("ami_users", {.help = "accounts that may launch it"}),
        option<&O::ami_groups>(
            "ami_groups", {.help = "groups that may launch it; \"all\" is everybody"}
        ),
        option<&O::ami_org_arns>("ami_org_arns", {.help = "organizations that may launch it"}),
        option<&O::ami_ou_arns>("ami_ou_arns", {.help = "organizational units that may launch it"}),
        option<&O::ami_product_codes>(
            "ami_product_codes", {.help = "product codes of the marketplace"}
        ),
        option<&O::ami_regions>("ami_regions", {.help = "further regions to copy it to"}),
        option<&O::skip_region_validation>(
            "skip_region_validation", {.help = "take names of regions as they are"}
        ),
        option<&O::tags>(
            "tags", {.help = "tags of the AMI and its snapshots", .render = Render::at_run}
        ),
        option<&O::tag>("tag", {.help = "one of them as a block"}),
        include<&O::snapshots>(),
        option<&O::ena_support>(
            "ena_support", {.help = "turn enhanced networking (ENA) on or off"}
        ),
        option<&O::sriov_support>(
            "sriov_support", {.help = "turn enhanced networking of older instances (SR-IOV) on"}
        ),
        option<&O::force_deregister>(
            "force_deregister",
            {.help = "deregister an AMI of the same name first; -force does the same"}
        ),
        option<&O::force_delete_snapshot>(
            "force_delete_snapshot", {.help = "and delete its snapshots"}
        ),
        option<&O::encrypt_boot>(
            "encrypt_boot",
            {.help = "encrypt the AMI, or copy it unencrypted", .default_text = "as the source"}
        ),
        option<&O::kms_key_id>(
            "kms_key_id",
            {.help = "key to encrypt with in the build's region",
             .default_text = "the account's default key"}
        ),
        option<&O::region_kms_key_ids>(
            "region_kms_key_ids",
            {.help = "by region: key to encrypt with, \"\" for the account's default"}
        ),
        option<&O::skip_save_build_region>(
            "skip_save_build_region",
            {.help = "remove the AMI of the build's region after the copies are made"}
        ),
        option<&O::imds_support>(
            "imds_support",
            {.help = "what instances of it ask of the metadata service", .allowed = {"v2.0"}}
        ),
        option<&O::deprecate_at>(
            "deprecate_at", {.help = "when the AMI shall count as deprecated, as RFC 3339"}
        ),
        option<&O::deregistration_protection>(
            "deregistration_protection", {.help = "protect the AMI"}
        ),
        option<&O::snapshot_copy_duration_minutes>(
            "snapshot_copy_duration_minutes",
            {.help = "have copies done within so many minutes, at a price"}
        ),
        rule<&name_is_an_ami_name>(
            "`ami_name` has 3 to 128 letters, digits, spaces and `()[]./-'@_`; it is rendered "
            "before the build, so that `{{ .SourceAMI }}` is not known in it."
        ),
        rule<&keys_need_encryption>(
            "`kms_key_id` and `region_kms_key_ids` need `encrypt_boot = true`; a "
            "key is an id, an alias or an ARN."
        ),
        rule<&regions_have_keys>(
            "`region_kms_key_ids` names the regions of `ami_regions`, all of them and no others."
        ),
        rule<&shared_images_have_keys>(
            "What is encrypted with the account's default key can not be shared (`ami_users`, "
            "`ami_org_arns`, `ami_ou_arns`, `snapshot_users`)."
        ),
        rule<&deprecation_is_a_time>("`deprecate_at` is a time of RFC 3339."),
    });
    return table;
}

}  // namespace kiln::plan
