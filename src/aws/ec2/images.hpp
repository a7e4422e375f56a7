#pragma once

#include "aws/ec2/block_device.hpp"
#include "aws/ec2/parameters.hpp"
#include "aws/ec2/region.hpp"

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace kiln::aws::ec2 {

/// A device of an image's mapping.
struct ImageDevice {
    std::string device_name;
    std::string snapshot_id;  ///< "" for an empty volume, and for an instance store volume
    std::int64_t size_gib = 0;
    std::string volume_type;
    bool encrypted = false;
    bool delete_on_termination = false;
    std::string virtual_name;           ///< "ephemeral0": an instance store volume
    std::int64_t iops = 0;              ///< 0: as the type has it
    std::int64_t throughput_mib_s = 0;  ///< 0: as the type has it

    bool operator==(const ImageDevice&) const = default;
};

/// An AMI.
struct Image {
    std::string id;
    std::string name;
    std::string description;
    std::string state;          ///< "pending", "available", "disabled", "failed", ...
    std::string state_reason;   ///< why it failed
    std::string creation_date;  ///< ISO 8601; sorts as text
    std::string owner_id;
    std::string owner_alias;  ///< "amazon"; "" for most
    std::string architecture;
    std::string root_device_name;
    std::string root_device_type;     ///< "ebs"
    std::string virtualization_type;  ///< "hvm"
    std::string boot_mode;
    std::string tpm_support;        ///< "v2.0", or ""
    std::string imds_support;       ///< "v2.0": instances answer to IMDSv2 only; or ""
    std::string sriov_net_support;  ///< "simple", or ""
    std::string platform_details;   ///< "Linux/UNIX", "Windows", "Red Hat Enterprise Linux"
    bool ena_support = false;
    bool is_public = false;
    bool has_product_codes = false;  ///< of the Marketplace
    /// Of CreateImage and CopyImage; not of RegisterImage, and not of old images.
    std::string source_image_id;
    std::string source_image_region;
    std::string source_instance_id;  ///< of CreateImage alone
    std::string deprecation_time;    ///< ISO 8601; "": not deprecated
    std::string last_launched_time;  ///< a day late; "": EC2 knows of no launch
    std::string deregistration_protection;
    std::vector<ImageDevice> devices;
    Tags tags;

    bool is_protected() const;
    std::vector<std::string> snapshot_ids() const;
    bool operator==(const Image&) const = default;
};

struct ImageQuery {
    std::vector<std::string> ids;
    std::vector<std::string> owners;
    Filters filters;
    bool include_deprecated = false;
    bool include_disabled = false;
    int page_size = 0;  ///< of one answer; 0: EC2's own. Not together with ids.
};
std::vector<Image> describe_images(const Region&, const ImageQuery&, std::stop_token);

/// An image that an instance shall become.
struct NewImage {
    std::string name;
    std::string instance_id;
    std::vector<BlockDevice> devices;
    Tags image_tags;
    Tags snapshot_tags;
};
/// Its id. When an answer got lost, the image of that name that carries the tag `mark` is the one.
std::string create_image(const Region&, const NewImage&, const std::string& mark, std::stop_token);

/// An image that snapshots shall become.
struct Registration {
    std::string name;
    std::string description;
    std::string architecture;  ///< "x86_64", "arm64"
    std::string root_device_name;
    std::vector<BlockDevice> devices;
    std::string virtualization_type;
    std::string boot_mode;
    std::string uefi_data;
    std::string tpm_support;
    std::string imds_support;
    bool ena_support = true;
    bool sriov_support = false;
    Tags image_tags;
};
/// Its id; as with create_image.
std::string register_image(
    const Region&, const Registration&, const std::string& mark, std::stop_token
);

struct ImageCopy {
    std::string source_region;
    std::string source_id;
    std::string name;
    std::string description;
    std::optional<bool> encrypted;
    std::string kms_key_id;
    std::int64_t duration_minutes = 0;
    Tags image_tags;
    Tags snapshot_tags;
    std::string client_token;  ///< one for each copy: the same token gives the same copy
};
std::string copy_image(const Region&, const ImageCopy&, std::stop_token);

/// False when it was deregistered already. Its snapshots stay.
bool deregister_image(const Region&, const std::string& id, std::stop_token);

/// Launch permissions to add; empty lists change nothing.
struct LaunchPermissions {
    std::vector<std::string> users;
    std::vector<std::string> groups;
    std::vector<std::string> organization_arns;
    std::vector<std::string> organizational_unit_arns;

    bool empty() const {
        return users.empty() && groups.empty() && organization_arns.empty() &&
               organizational_unit_arns.empty();
    }
    bool operator==(const LaunchPermissions&) const = default;
};
void share_image(const Region&, const std::string& id, const LaunchPermissions&, std::stop_token);
void set_image_description(
    const Region&, const std::string& id, const std::string& text, std::stop_token
);
void add_product_codes(
    const Region&, const std::string& id, const std::vector<std::string>& codes, std::stop_token
);
/// Instances of it will answer to IMDSv2 only. Can not be undone.
void require_imds_v2(const Region&, const std::string& id, std::stop_token);
/// `when` as RFC 3339.
void deprecate_image(
    const Region&, const std::string& id, const std::string& when, std::stop_token
);
/// Takes the date back.
void undeprecate_image(const Region&, const std::string& id, std::stop_token);
/// Nobody can launch it until enable_image(); whom it was shared with has lost it for good.
void disable_image(const Region&, const std::string& id, std::stop_token);
void enable_image(const Region&, const std::string& id, std::stop_token);
/// The variables of its UEFI (Secure Boot's keys), as RegisterImage takes them; "": it has none.
std::string image_uefi_data(const Region&, const std::string& id, std::stop_token);
/// Who may launch it, besides its owner.
LaunchPermissions launch_permissions(const Region&, const std::string& id, std::stop_token);
/// Launch permissions to take away; empty lists change nothing.
void unshare_image(const Region&, const std::string& id, const LaunchPermissions&, std::stop_token);
void protect_image(const Region&, const std::string& id, bool with_cooldown, std::stop_token);

}  // namespace kiln::aws::ec2
