#include "aws/ec2/volumes.hpp"

#include "aws/ec2/created_once.hpp"
#include "aws/ec2/elements.hpp"

namespace kiln::aws::ec2 {

std::vector<Volume> describe_volumes(
    const Region& region, const Filters& filters, std::stop_token stop
) {
    Parameters parameters;
    add_filters(parameters, filters);
    return describe_all(
        region,
        kDescribeVolumes,
        parameters,
        "volumeSet",
        [](const pugi::xml_node& item) {
            return Volume{
                text_of(item, "volumeId"),
                text_of(item, "status"),
                number_of(item, "size"),
                tags_of(item)};
        },
        stop
    );
}

void detach_volume(const Region& region, const std::string& id, std::stop_token stop) {
    region.call(kDetachVolume, {{"VolumeId", id}}, std::move(stop));
}

void attach_volume(
    const Region& region,
    const std::string& id,
    const std::string& instance_id,
    const std::string& device_name,
    std::stop_token stop
) {
    region.call(
        kAttachVolume,
        {{"VolumeId", id}, {"InstanceId", instance_id}, {"Device", device_name}},
        std::move(stop)
    );
}

bool delete_volume(const Region& region, const std::string& id, std::stop_token stop) {
    return region.remove(kDeleteVolume, {{"VolumeId", id}}, std::move(stop));
}

std::vector<Snapshot> describe_snapshots(
    const Region& region, const Filters& filters, std::stop_token stop, int page_size
) {
    Parameters parameters{{"Owner.1", "self"}};
    add_filters(parameters, filters);
    if (page_size > 0) {
        parameters.emplace_back("MaxResults", std::to_string(page_size));
    }
    return describe_all(
        region,
        kDescribeSnapshots,
        parameters,
        "snapshotSet",
        [](const pugi::xml_node& item) {
            return Snapshot{
                .id = text_of(item, "snapshotId"),
                .state = text_of(item, "status"),
                .progress = text_of(item, "progress"),
                .state_message = text_of(item, "statusMessage"),
                .description = text_of(item, "description"),
                .volume_id = text_of(item, "volumeId"),
                .start_time = text_of(item, "startTime"),
                .size_gib = number_of(item, "volumeSize"),
                .full_bytes = number_of(item, "fullSnapshotSizeInBytes"),
                .tier = text_of(item, "storageTier"),
                .encrypted = bool_of(item, "encrypted"),
                .kms_key_arn = text_of(item, "kmsKeyId"),
                .tags = tags_of(item)};
        },
        stop
    );
}

std::vector<std::string> snapshot_permissions(
    const Region& region, const std::string& id, std::stop_token stop
) {
    const Reply reply = region.call(
        kDescribeSnapshotAttribute,
        {{"SnapshotId", id}, {"Attribute", "createVolumePermission"}},
        std::move(stop)
    );
    std::vector<std::string> found;
    for (const pugi::xml_node& item :
         root_of(reply).child("createVolumePermission").children("item")) {
        const std::string group = text_of(item, "group");
        found.push_back(group.empty() ? text_of(item, "userId") : group);
    }
    return found;
}

std::map<std::string, std::string> locked_snapshots(
    const Region& region, const std::vector<std::string>& ids, std::stop_token stop
) {
    std::map<std::string, std::string> locked;
    if (ids.empty()) {
        return locked;
    }
    Parameters parameters;
    add_list(parameters, "SnapshotId", ids);
    for (const auto& [id, state] : describe_all(
             region,
             kDescribeLockedSnapshots,
             parameters,
             "snapshotSet",
             [](const pugi::xml_node& item) {
                 return std::pair(text_of(item, "snapshotId"), text_of(item, "lockState"));
             },
             stop
         )) {
        if (state != "expired") {
            locked[id] = state;
        }
    }
    return locked;
}

std::string create_snapshot(
    const Region& region,
    const std::string& volume_id,
    const std::string& description,
    const Tags& tags,
    const std::string& mark,
    std::stop_token stop
) {
    Parameters parameters{{"VolumeId", volume_id}};
    add_if(parameters, "Description", description);
    add_tag_specifications(parameters, {{"snapshot", tags}});
    return created_once(
        region,
        kCreateSnapshot,
        parameters,
        [](const Reply& reply) { return text_of(root_of(reply), "snapshotId"); },
        [&]() -> std::optional<std::string> {
            const auto found = describe_snapshots(
                region, {{"volume-id", {volume_id}}, {std::string("tag:") + kMarkTag, {mark}}}, stop
            );
            return found.empty() ? std::nullopt : std::optional(found.front().id);
        },
        stop
    );
}

bool delete_snapshot(const Region& region, const std::string& id, std::stop_token stop) {
    return region.remove(kDeleteSnapshot, {{"SnapshotId", id}}, std::move(stop));
}

void share_snapshot(
    const Region& region,
    const std::string& id,
    const std::vector<std::string>& users,
    const std::vector<std::string>& groups,
    std::stop_token stop
) {
    const auto add = [&](const char* member, const std::vector<std::string>& values) {
        Parameters parameters{
            {"SnapshotId", id}, {"Attribute", "createVolumePermission"}, {"OperationType", "add"}};
        add_list(parameters, member, values);
        if (!values.empty()) {
            region.call(kModifySnapshotAttribute, parameters, stop);
        }
    };
    add("UserId", users);
    add("UserGroup", groups);
}

void create_tags(
    const Region& region,
    const std::vector<std::string>& ids,
    const Tags& tags,
    std::stop_token stop
) {
    if (ids.empty() || tags.empty()) {
        return;
    }
    Parameters parameters;
    add_list(parameters, "ResourceId", ids);
    add_tags(parameters, "Tag", tags);
    region.call(kCreateTags, parameters, std::move(stop));
}

void delete_tags(
    const Region& region,
    const std::vector<std::string>& ids,
    const std::vector<std::string>& keys,
    std::stop_token stop
) {
    if (ids.empty() || keys.empty()) {
        return;
    }
    Parameters parameters;
    add_list(parameters, "ResourceId", ids);
    for (std::size_t i = 0; i < keys.size(); ++i) {
        parameters.emplace_back("Tag." + std::to_string(i + 1) + ".Key", keys[i]);
    }
    region.call(kDeleteTags, parameters, std::move(stop));
}

}  // namespace kiln::aws::ec2
