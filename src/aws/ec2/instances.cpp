#include "aws/ec2/instances.hpp"

#include "aws/ec2/elements.hpp"
#include "base/base64.hpp"

namespace kiln::aws::ec2 {

namespace {

Instance read_instance(const pugi::xml_node& item) {
    Instance instance{
        .id = text_of(item, "instanceId"),
        .state = text_of(item.child("instanceState"), "name"),
        .state_reason_code = text_of(item.child("stateReason"), "code"),
        .state_reason = text_of(item.child("stateReason"), "message"),
        .type = text_of(item, "instanceType"),
        .image_id = text_of(item, "imageId"),
        .availability_zone = text_of(item.child("placement"), "availabilityZone"),
        .public_ip = text_of(item, "ipAddress"),
        .private_ip = text_of(item, "privateIpAddress"),
        .public_dns = text_of(item, "dnsName"),
        .private_dns = text_of(item, "privateDnsName"),
        .ipv6 = text_of(item, "ipv6Address"),
        .vpc_id = text_of(item, "vpcId"),
        .root_device_name = text_of(item, "rootDeviceName"),
        .root_device_type = text_of(item, "rootDeviceType"),
        .volumes = {},
        .tags = tags_of(item)};
    for (const pugi::xml_node& device : item.child("blockDeviceMapping").children("item")) {
        instance.volumes[text_of(device, "deviceName")] = text_of(device.child("ebs"), "volumeId");
    }
    if (instance.ipv6.empty()) {
        instance.ipv6 = item.child("networkInterfaceSet")
                            .child("item")
                            .child("ipv6AddressesSet")
                            .child("item")
                            .child("ipv6Address")
                            .text()
                            .as_string();
    }
    return instance;
}

std::vector<Instance> read_instances(const pugi::xml_node& reservation) {
    return items_of(reservation, "instancesSet", read_instance);
}

}  // namespace

std::vector<Instance> describe_instances(
    const Region& region, const InstanceQuery& query, std::stop_token stop
) {
    Parameters parameters;
    add_list(parameters, "InstanceId", query.ids);
    add_filters(parameters, query.filters);
    std::vector<Instance> result;
    for (std::vector<Instance>& page : describe_all(
             region, kDescribeInstances, parameters, "reservationSet", read_instances, stop
         )) {
        result.insert(result.end(), page.begin(), page.end());
    }
    return result;
}

Launched run_instance(const Region& region, const Parameters& parameters, std::stop_token stop) {
    const ReplyOrError outcome = region.attempt(kRunInstances, parameters, std::move(stop));
    if (const auto* error = std::get_if<ServiceError>(&outcome)) {
        return *error;
    }
    std::vector<Instance> launched = read_instances(root_of(std::get<Reply>(outcome)));
    if (launched.size() != 1) {
        throw Error(
            ErrorKind::network,
            "RunInstances: EC2 tells of " + std::to_string(launched.size()) +
                " instances where it was asked for one"
        );
    }
    return std::move(launched.front());
}

void stop_instance(const Region& region, const std::string& id, bool force, std::stop_token stop) {
    Parameters parameters{{"InstanceId.1", id}};
    if (force) {
        add_bool(parameters, "Force", true);
    }
    region.call(kStopInstances, parameters, std::move(stop));
}

bool terminate_instance(const Region& region, const std::string& id, std::stop_token stop) {
    return region.remove(kTerminateInstances, {{"InstanceId.1", id}}, std::move(stop));
}

void modify_instance(
    const Region& region,
    const std::string& id,
    const std::string& attribute,
    const std::string& value,
    std::stop_token stop
) {
    region.call(
        kModifyInstanceAttribute, {{"InstanceId", id}, {attribute, value}}, std::move(stop)
    );
}

std::string console_output(const Region& region, const std::string& id, std::stop_token stop) {
    const Reply reply =
        region.call(kGetConsoleOutput, {{"InstanceId", id}, {"Latest", "true"}}, std::move(stop));
    return decode_base64(text_of(root_of(reply), "output")).value_or("");
}

FleetAnswer create_fleet(const Region& region, const Parameters& parameters, std::stop_token stop) {
    const Reply reply = region.call(kCreateFleet, parameters, std::move(stop));
    FleetAnswer answer;
    for (const pugi::xml_node& item : root_of(reply).child("fleetInstanceSet").children("item")) {
        for (const pugi::xml_node& id : item.child("instanceIds").children("item")) {
            answer.instance_ids.emplace_back(id.text().as_string());
        }
    }
    const pugi::xml_node error = root_of(reply).child("errorSet").child("item");
    answer.error_code = text_of(error, "errorCode");
    answer.error_message = text_of(error, "errorMessage");
    return answer;
}

std::string create_launch_template(
    const Region& region, const Parameters& parameters, std::stop_token stop
) {
    const Reply reply = region.call(kCreateLaunchTemplate, parameters, std::move(stop));
    return text_of(root_of(reply).child("launchTemplate"), "launchTemplateId");
}

bool delete_launch_template(const Region& region, const std::string& id, std::stop_token stop) {
    return region.remove(kDeleteLaunchTemplate, {{"LaunchTemplateId", id}}, std::move(stop));
}

std::vector<std::string> describe_launch_templates(
    const Region& region, const Filters& filters, std::stop_token stop
) {
    Parameters parameters;
    add_filters(parameters, filters);
    return describe_all(
        region,
        kDescribeLaunchTemplates,
        parameters,
        "launchTemplates",
        [](const pugi::xml_node& item) { return text_of(item, "launchTemplateId"); },
        stop
    );
}

}  // namespace kiln::aws::ec2
