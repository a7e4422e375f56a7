#include "aws/ec2/images.hpp"

#include "aws/ec2/created_once.hpp"
#include "aws/ec2/elements.hpp"

namespace kiln::aws::ec2 {

namespace {

ImageDevice read_device(const pugi::xml_node& item) {
    const pugi::xml_node volume = item.child("ebs");
    return {
        .device_name = text_of(item, "deviceName"),
        .snapshot_id = text_of(volume, "snapshotId"),
        .size_gib = number_of(volume, "volumeSize"),
        .volume_type = text_of(volume, "volumeType"),
        .encrypted = bool_of(volume, "encrypted"),
        .delete_on_termination = bool_of(volume, "deleteOnTermination"),
        .virtual_name = text_of(item, "virtualName"),
        .iops = number_of(volume, "iops"),
        .throughput_mib_s = number_of(volume, "throughput")};
}

Image read_image(const pugi::xml_node& item) {
    return {
        .id = text_of(item, "imageId"),
        .name = text_of(item, "name"),
        .description = text_of(item, "description"),
        .state = text_of(item, "imageState"),
        .state_reason = text_of(item.child("stateReason"), "message"),
        .creation_date = text_of(item, "creationDate"),
        .owner_id = text_of(item, "imageOwnerId"),
        .owner_alias = text_of(item, "imageOwnerAlias"),
        .architecture = text_of(item, "architecture"),
        .root_device_name = text_of(item, "rootDeviceName"),
        .root_device_type = text_of(item, "rootDeviceType"),
        .virtualization_type = text_of(item, "virtualizationType"),
        .boot_mode = text_of(item, "bootMode"),
        .tpm_support = text_of(item, "tpmSupport"),
        .imds_support = text_of(item, "imdsSupport"),
        .sriov_net_support = text_of(item, "sriovNetSupport"),
        .platform_details = text_of(item, "platformDetails"),
        .ena_support = bool_of(item, "enaSupport"),
        .is_public = bool_of(item, "isPublic"),
        .has_product_codes = !item.child("productCodes").child("item").empty(),
        .source_image_id = text_of(item, "sourceImageId"),
        .source_image_region = text_of(item, "sourceImageRegion"),
        .source_instance_id = text_of(item, "sourceInstanceId"),
        .deprecation_time = text_of(item, "deprecationTime"),
        .last_launched_time = text_of(item, "lastLaunchedTime"),
        .deregistration_protection = text_of(item, "deregistrationProtection"),
        .devices = items_of(item, "blockDeviceMapping", read_device),
        .tags = tags_of(item)};
}

void modify(
    const Region& region, const std::string& id, Parameters parameters, std::stop_token stop
) {
    parameters.emplace(parameters.begin(), "ImageId", id);
    region.call(kModifyImageAttribute, parameters, std::move(stop));
}

void change_permissions(
    const Region& region,
    const std::string& id,
    const std::string& way,
    const LaunchPermissions& permissions,
    const std::stop_token& stop
) {
    // One kind a call, as the API wants it.
    const auto change = [&](const char* member, const std::vector<std::string>& values) {
        Parameters parameters;
        for (std::size_t i = 0; i < values.size(); ++i) {
            parameters.emplace_back(
                "LaunchPermission." + way + "." + std::to_string(i + 1) + "." + member, values[i]
            );
        }
        if (!values.empty()) {
            modify(region, id, parameters, stop);
        }
    };
    change("Group", permissions.groups);
    change("UserId", permissions.users);
    change("OrganizationArn", permissions.organization_arns);
    change("OrganizationalUnitArn", permissions.organizational_unit_arns);
}

/// The own image of that name, made by whoever set the tag `mark`.
std::optional<std::string> find_marked(
    const Region& region, const std::string& name, const std::string& mark, std::stop_token stop
) {
    for (const Image& image : describe_images(
             region, {.owners = {"self"}, .filters = {{"name", {name}}}}, std::move(stop)
         )) {
        const auto found = image.tags.find(kMarkTag);
        if (found != image.tags.end() && found->second == mark) {
            return image.id;
        }
    }
    return std::nullopt;
}

std::string make_image(
    const Region& region,
    const Action& action,
    const Parameters& parameters,
    const std::string& name,
    const std::string& mark,
    const std::stop_token& stop
) {
    return created_once(
        region,
        action,
        parameters,
        [](const Reply& reply) { return text_of(root_of(reply), "imageId"); },
        [&] { return find_marked(region, name, mark, stop); },
        stop
    );
}

}  // namespace

bool Image::is_protected() const {
    // "enabled-with-cooldown"; "disabled" may be followed by the time from which it counts.
    return deregistration_protection.starts_with("enabled");
}

std::vector<std::string> Image::snapshot_ids() const {
    std::vector<std::string> ids;
    for (const ImageDevice& device : devices) {
        if (!device.snapshot_id.empty()) {
            ids.push_back(device.snapshot_id);
        }
    }
    return ids;
}

std::vector<Image> describe_images(
    const Region& region, const ImageQuery& query, std::stop_token stop
) {
    Parameters parameters;
    add_list(parameters, "ImageId", query.ids);
    add_list(parameters, "Owner", query.owners);
    add_filters(parameters, query.filters);
    if (query.include_deprecated) {
        add_bool(parameters, "IncludeDeprecated", true);
    }
    if (query.include_disabled) {
        add_bool(parameters, "IncludeDisabled", true);
    }
    if (query.page_size > 0) {
        parameters.emplace_back("MaxResults", std::to_string(query.page_size));
    }
    return describe_all(region, kDescribeImages, parameters, "imagesSet", read_image, stop);
}

std::string create_image(
    const Region& region, const NewImage& image, const std::string& mark, std::stop_token stop
) {
    Parameters parameters{{"InstanceId", image.instance_id}, {"Name", image.name}};
    add_block_devices(parameters, image.devices);
    add_tag_specifications(
        parameters, {{"image", image.image_tags}, {"snapshot", image.snapshot_tags}}
    );
    return make_image(region, kCreateImage, parameters, image.name, mark, stop);
}

std::string register_image(
    const Region& region, const Registration& image, const std::string& mark, std::stop_token stop
) {
    Parameters parameters{{"Name", image.name}, {"RootDeviceName", image.root_device_name}};
    add_if(parameters, "Description", image.description);
    add_if(parameters, "Architecture", image.architecture);
    add_if(parameters, "VirtualizationType", image.virtualization_type);
    add_if(parameters, "BootMode", image.boot_mode);
    add_if(parameters, "UefiData", image.uefi_data);
    add_if(parameters, "TpmSupport", image.tpm_support);
    add_if(parameters, "ImdsSupport", image.imds_support);
    if (image.ena_support) {
        add_bool(parameters, "EnaSupport", true);
    }
    if (image.sriov_support) {
        parameters.emplace_back("SriovNetSupport", "simple");
    }
    add_block_devices(parameters, image.devices);
    add_tag_specifications(parameters, {{"image", image.image_tags}});
    return make_image(region, kRegisterImage, parameters, image.name, mark, stop);
}

std::string copy_image(const Region& region, const ImageCopy& copy, std::stop_token stop) {
    Parameters parameters{
        {"SourceRegion", copy.source_region},
        {"SourceImageId", copy.source_id},
        {"Name", copy.name},
        {"ClientToken", copy.client_token}};
    add_if(parameters, "Description", copy.description);
    if (copy.encrypted) {
        add_bool(parameters, "Encrypted", *copy.encrypted);
    }
    add_if(parameters, "KmsKeyId", copy.kms_key_id);
    if (copy.duration_minutes > 0) {
        parameters.emplace_back(
            "SnapshotCopyCompletionDurationMinutes", std::to_string(copy.duration_minutes)
        );
    }
    add_tag_specifications(
        parameters, {{"image", copy.image_tags}, {"snapshot", copy.snapshot_tags}}
    );
    return text_of(root_of(region.call(kCopyImage, parameters, std::move(stop))), "imageId");
}

bool deregister_image(const Region& region, const std::string& id, std::stop_token stop) {
    return region.remove(kDeregisterImage, {{"ImageId", id}}, std::move(stop));
}

void share_image(
    const Region& region,
    const std::string& id,
    const LaunchPermissions& permissions,
    std::stop_token stop
) {
    change_permissions(region, id, "Add", permissions, stop);
}

void unshare_image(
    const Region& region,
    const std::string& id,
    const LaunchPermissions& permissions,
    std::stop_token stop
) {
    change_permissions(region, id, "Remove", permissions, stop);
}

std::string image_uefi_data(const Region& region, const std::string& id, std::stop_token stop) {
    const Reply reply = region.call(
        kDescribeImageAttribute, {{"ImageId", id}, {"Attribute", "uefiData"}}, std::move(stop)
    );
    return text_of(root_of(reply).child("uefiData"), "value");
}

LaunchPermissions launch_permissions(
    const Region& region, const std::string& id, std::stop_token stop
) {
    const Reply reply = region.call(
        kDescribeImageAttribute,
        {{"ImageId", id}, {"Attribute", "launchPermission"}},
        std::move(stop)
    );
    LaunchPermissions found;
    const auto add = [](std::vector<std::string>& list, const std::string& value) {
        if (!value.empty()) {
            list.push_back(value);
        }
    };
    for (const pugi::xml_node& item : root_of(reply).child("launchPermission").children("item")) {
        add(found.users, text_of(item, "userId"));
        add(found.groups, text_of(item, "group"));
        add(found.organization_arns, text_of(item, "organizationArn"));
        add(found.organizational_unit_arns, text_of(item, "organizationalUnitArn"));
    }
    return found;
}

void set_image_description(
    const Region& region, const std::string& id, const std::string& text, std::stop_token stop
) {
    modify(region, id, {{"Description.Value", text}}, std::move(stop));
}

void add_product_codes(
    const Region& region,
    const std::string& id,
    const std::vector<std::string>& codes,
    std::stop_token stop
) {
    Parameters parameters;
    add_list(parameters, "ProductCode", codes);
    modify(region, id, parameters, std::move(stop));
}

void require_imds_v2(const Region& region, const std::string& id, std::stop_token stop) {
    modify(region, id, {{"ImdsSupport.Value", "v2.0"}}, std::move(stop));
}

void deprecate_image(
    const Region& region, const std::string& id, const std::string& when, std::stop_token stop
) {
    region.call(kEnableImageDeprecation, {{"ImageId", id}, {"DeprecateAt", when}}, std::move(stop));
}

void undeprecate_image(const Region& region, const std::string& id, std::stop_token stop) {
    region.call(kDisableImageDeprecation, {{"ImageId", id}}, std::move(stop));
}

void disable_image(const Region& region, const std::string& id, std::stop_token stop) {
    region.call(kDisableImage, {{"ImageId", id}}, std::move(stop));
}

void enable_image(const Region& region, const std::string& id, std::stop_token stop) {
    region.call(kEnableImage, {{"ImageId", id}}, std::move(stop));
}

void protect_image(
    const Region& region, const std::string& id, bool with_cooldown, std::stop_token stop
) {
    Parameters parameters{{"ImageId", id}};
    if (with_cooldown) {
        add_bool(parameters, "WithCooldown", true);
    }
    region.call(kEnableImageDeregistrationProtection, parameters, std::move(stop));
}

}  // namespace kiln::aws::ec2
