#pragma once

#include "plan/option_table.hpp"
#include "plan/options/block_device.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace kiln::plan {

/// Protection of an AMI against being deregistered.
struct DeregistrationProtection {
    bool enabled = false;
    bool with_cooldown = false;

    bool operator==(const DeregistrationProtection&) const = default;

    static const OptionTable& options();
};

/// Tags and shares of snapshots.
struct SnapshotTagOptions {
    std::map<std::string, std::string> snapshot_tags;
    std::vector<Tag> snapshot_tag;
    std::vector<std::string> snapshot_users;
    std::vector<std::string> snapshot_groups;

    bool operator==(const SnapshotTagOptions&) const = default;

    static const OptionTable& options();
};

/// The image that is registered.
struct AmiOptions {
    std::string ami_name = "";
    std::optional<std::string> ami_description;
    std::optional<std::string> ami_virtualization_type;
    std::vector<std::string> ami_users;
    std::vector<std::string> ami_groups;
    std::vector<std::string> ami_org_arns;
    std::vector<std::string> ami_ou_arns;
    std::vector<std::string> ami_product_codes;
    std::vector<std::string> ami_regions;
    bool skip_region_validation = false;
    std::map<std::string, std::string> tags;
    std::vector<Tag> tag;
    SnapshotTagOptions snapshots;
    std::optional<bool> ena_support;
    bool sriov_support = false;
    bool force_deregister = false;
    bool force_delete_snapshot = false;
    std::optional<bool> encrypt_boot;
    std::optional<std::string> kms_key_id;
    std::map<std::string, std::string> region_kms_key_ids;
    bool skip_save_build_region = false;
    std::optional<std::string> imds_support;
    std::optional<std::string> deprecate_at;
    std::optional<DeregistrationProtection> deregistration_protection;
    std::int64_t snapshot_copy_duration_minutes = 0;

    bool operator==(const AmiOptions&) const = default;

    static const OptionTable& options();
};

}  // namespace kiln::plan
