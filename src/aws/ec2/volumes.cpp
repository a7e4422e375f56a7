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
    const Region& region, const Filters& filters, std::stop_token stop
) {
    Parameters parameters{{"Owner.1", "self"}};
    add_filters(parameters, filters);
    return describe_all(
        region,
        kDescribeSnapshots,
        parameters,
        "snapshotSet",
        [](const pugi::xml_node& item) {
            return Snapshot{
                text_of(item, "snapshotId"),
                text_of(item, "status"),
                text_of(item, "progress"),
                text_of(item, "statusMessage"),
                text_of(item, "description"),
                tags_of(item)};
        },
        stop
    );
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

}  // namespace kiln::aws::ec2
