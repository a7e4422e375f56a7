#include "execute/builder/amazon/launch.hpp"

#include "aws/ec2/network.hpp"
#include "base/error.hpp"
#include "execute/builder/amazon/spot.hpp"

#include <algorithm>

namespace kiln::exec {

namespace {

namespace ec2 = aws::ec2;
using ec2::add_bool;
using ec2::add_if;
using plan::InstanceOptions;

void add_network(aws::Parameters& parameters, const LaunchRequest& request) {
    const std::optional<bool>& associate = request.options.associate_public_ip_address;
    if (associate && !request.network.subnet_id.empty()) {
        // Only a network interface can be told so, and then group and subnet are its own.
        const std::string prefix = "NetworkInterface.1";
        parameters.emplace_back(prefix + ".DeviceIndex", "0");
        parameters.emplace_back(prefix + ".SubnetId", request.network.subnet_id);
        add_bool(parameters, prefix + ".AssociatePublicIpAddress", *associate);
        add_bool(parameters, prefix + ".DeleteOnTermination", true);
        ec2::add_list(parameters, prefix + ".SecurityGroupId", request.security_group_ids);
    } else {
        add_if(parameters, "SubnetId", request.network.subnet_id);
        ec2::add_list(parameters, "SecurityGroupId", request.security_group_ids);
    }
}

void add_placement(
    aws::Parameters& parameters, const InstanceOptions& options, const BuildNetwork& network
) {
    add_if(parameters, "Placement.AvailabilityZone", network.availability_zone);
    add_if(parameters, "Placement.Tenancy", options.tenancy.value_or(""));
    if (options.placement) {
        add_if(parameters, "Placement.HostId", options.placement->host_id.value_or(""));
        add_if(
            parameters,
            "Placement.HostResourceGroupArn",
            options.placement->host_resource_group_arn.value_or("")
        );
        add_if(parameters, "Placement.Tenancy", options.placement->tenancy.value_or(""));
    }
}

// IMDSv2 is asked for unless the template says otherwise; Packer's own default is "optional".
void add_metadata_options(aws::Parameters& parameters, const InstanceOptions& options) {
    const std::string prefix = "MetadataOptions";
    if (!options.metadata_options) {
        parameters.emplace_back(prefix + ".HttpTokens", "required");
        return;
    }
    const plan::MetadataOptions& metadata = *options.metadata_options;
    parameters.emplace_back(prefix + ".HttpEndpoint", metadata.http_endpoint);
    if (metadata.http_endpoint == "enabled") {
        parameters.emplace_back(prefix + ".HttpTokens", metadata.http_tokens);
        parameters.emplace_back(
            prefix + ".HttpPutResponseHopLimit",
            std::to_string(metadata.http_put_response_hop_limit)
        );
        parameters.emplace_back(prefix + ".InstanceMetadataTags", metadata.instance_metadata_tags);
    }
}

void add_capacity_reservation(aws::Parameters& parameters, const InstanceOptions& options) {
    const std::string prefix = "CapacityReservationSpecification.";
    const std::string target = prefix + "CapacityReservationTarget.";
    add_if(
        parameters,
        prefix + "CapacityReservationPreference",
        options.capacity_reservation_preference.value_or("")
    );
    add_if(
        parameters, target + "CapacityReservationId", options.capacity_reservation_id.value_or("")
    );
    add_if(
        parameters,
        target + "CapacityReservationResourceGroupArn",
        options.capacity_reservation_group_arn.value_or("")
    );
}

void add_credits(aws::Parameters& parameters, const InstanceOptions& options) {
    const std::string family =
        options.instance_type.value_or("").substr(0, options.instance_type.value_or("").find('.'));
    const bool is_burstable =
        family == "t2" || family == "t3" || family == "t3a" || family == "t4g";
    if (is_burstable) {
        const bool is_unlimited = options.enable_unlimited_credits || options.enable_t2_unlimited;
        parameters.emplace_back(
            "CreditSpecification.CpuCredits", is_unlimited ? "unlimited" : "standard"
        );
    }
}

void add_licenses(aws::Parameters& parameters, const InstanceOptions& options) {
    int number = 0;
    for (const plan::LicenseOptions& license : options.license_specifications) {
        if (license.license_configuration_request) {
            add_if(
                parameters,
                "LicenseSpecification." + std::to_string(++number) + ".LicenseConfigurationArn",
                license.license_configuration_request->license_configuration_arn.value_or("")
            );
        }
    }
}

/// The devices that are asked for, and those that would be left over.
std::vector<ec2::BlockDevice> without_leftovers(const LaunchRequest& request) {
    std::vector<ec2::BlockDevice> devices = request.devices;
    const auto ending = outliving_devices(request.source, devices);
    devices.insert(devices.end(), ending.begin(), ending.end());
    return devices;
}

// What is true of one zone or subnet and may be otherwise in the next. "Unsupported" is also said
// of what is so everywhere.
bool is_about_the_place(const aws::ServiceError& error) {
    return error.code == "InsufficientInstanceCapacity" ||
           error.code == "InsufficientFreeAddressesInSubnet" ||
           (error.code == "Unsupported" &&
            error.message.find("Availability Zone") != std::string::npos);
}

/// Subnets of the VPC besides the first choice, in other zones that offer the type.
std::vector<ec2::Subnet> other_subnets(const Ec2Build& build, const LaunchRequest& request) {
    if (request.options.subnet_id || request.options.availability_zone) {
        return {};
    }
    ec2::Filters filters = {{"state", {"available"}}};
    filters.push_back(
        request.network.vpc_id.empty() ? ec2::Filter{"default-for-az", {"true"}}
                                       : ec2::Filter{"vpc-id", {request.network.vpc_id}}
    );
    auto subnets = ec2::describe_subnets(build.region(), {}, filters, build.stop());
    const auto zones = ec2::zones_with_type(
        build.region(), request.options.instance_type.value_or(""), build.stop()
    );
    std::erase_if(subnets, [&](const ec2::Subnet& subnet) {
        return subnet.availability_zone == request.network.availability_zone ||
               std::find(zones.begin(), zones.end(), subnet.availability_zone) == zones.end();
    });
    return subnets;
}

ec2::Launched run(const Ec2Build& build, const LaunchRequest& request, const std::string& step) {
    aws::Parameters parameters = launch_parameters(build, request);
    parameters.emplace_back("InstanceType", request.options.instance_type.value_or(""));
    parameters.emplace_back("MinCount", "1");
    parameters.emplace_back("MaxCount", "1");
    parameters.emplace_back("ClientToken", build.client_token(step));
    return ec2::run_instance(build.region(), parameters, build.stop());
}

bool does_not_know_profile(const ec2::Launched& launched) {
    const auto* error = std::get_if<aws::ServiceError>(&launched);
    return error != nullptr && is_unknown_profile(error->code, error->message);
}

/// The same, patient with a profile that is seconds old.
ec2::Launched run_with_profile(
    const Ec2Build& build, const LaunchRequest& request, const std::string& step
) {
    ec2::Launched launched = run(build, request, step);
    if (request.is_profile_fresh && does_not_know_profile(launched)) {
        build.context().say("Waiting for EC2 to know the instance profile...");
        const std::string what = "EC2 to know the instance profile " + request.instance_profile;
        build.wait_until(what, kUntilProfileIsKnown, [&] {
            launched = run(build, request, step);
            return !does_not_know_profile(launched);
        });
    }
    return launched;
}

std::string run_where_there_is_room(const Ec2Build& build, const LaunchRequest& request) {
    ec2::Launched launched = run_with_profile(build, request, "run");
    const auto refused = [&] {
        const auto* error = std::get_if<aws::ServiceError>(&launched);
        return error != nullptr && is_about_the_place(*error) ? error : nullptr;
    };
    if (refused() != nullptr) {
        for (const ec2::Subnet& subnet : other_subnets(build, request)) {
            build.context().say(
                "No room for " + request.options.instance_type.value_or("") + " there (" +
                refused()->code + "); trying " + subnet.availability_zone + "..."
            );
            LaunchRequest there = request;
            there.network.subnet_id = subnet.id;
            there.network.availability_zone = subnet.availability_zone;
            launched = run_with_profile(build, there, "run in " + subnet.id);
            if (refused() == nullptr) {
                break;
            }
        }
    }
    if (const auto* error = std::get_if<aws::ServiceError>(&launched)) {
        Error failure = build.region().to_error(*error, ec2::kRunInstances);
        throw failure.add_context("launching the source instance");
    }
    return std::get<ec2::Instance>(std::move(launched)).id;
}

}  // namespace

std::vector<ec2::BlockDevice> block_devices_of(const std::vector<plan::BlockDeviceOptions>& mappings
) {
    std::vector<ec2::BlockDevice> devices;
    for (const plan::BlockDeviceOptions& mapping : mappings) {
        devices.push_back(
            {.device_name = mapping.device_name,
             .virtual_name = mapping.virtual_name.value_or(""),
             .no_device = mapping.no_device,
             .snapshot_id = mapping.snapshot_id.value_or(""),
             .size_gib = mapping.volume_size,
             .type = mapping.volume_type.value_or(""),
             .iops = mapping.iops,
             .throughput_mib_s = mapping.throughput,
             .encrypted = mapping.encrypted,
             .kms_key_id = mapping.kms_key_id.value_or(""),
             .delete_on_termination = mapping.delete_on_termination}
        );
    }
    return devices;
}

std::vector<ec2::BlockDevice> outliving_devices(
    const ec2::Image& source, const std::vector<ec2::BlockDevice>& named
) {
    std::vector<ec2::BlockDevice> devices;
    for (const ec2::ImageDevice& mapped : source.devices) {
        const bool is_named =
            std::any_of(named.begin(), named.end(), [&](const ec2::BlockDevice& device) {
                return device.device_name == mapped.device_name;
            });
        if (!is_named && !mapped.snapshot_id.empty() && !mapped.delete_on_termination) {
            ec2::BlockDevice device;
            device.device_name = mapped.device_name;
            devices.push_back(std::move(device));
        }
    }
    return devices;
}

// "Value (packer-...) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance
// Profile name" is what EC2 says for as long as IAM's news has not reached it.
bool is_unknown_profile(const std::string& code, const std::string& message) {
    return code == "InvalidParameterValue" &&
           (message.find("iamInstanceProfile") != std::string::npos ||
            message.find("IAM Instance Profile") != std::string::npos);
}

aws::Parameters launch_parameters(const Ec2Build& build, const LaunchRequest& request) {
    const InstanceOptions& options = request.options;
    aws::Parameters parameters{
        {"ImageId", request.source.id},
        {"InstanceInitiatedShutdownBehavior", options.shutdown_behavior}};
    add_if(parameters, "KeyName", request.key_name);
    add_if(parameters, "UserData", request.user_data);
    add_if(parameters, "IamInstanceProfile.Name", request.instance_profile);
    if (options.ebs_optimized) {
        add_bool(parameters, "EbsOptimized", true);
    }
    if (options.enable_nitro_enclave) {
        add_bool(parameters, "EnclaveOptions.Enabled", true);
    }
    add_network(parameters, request);
    add_placement(parameters, options, request.network);
    add_metadata_options(parameters, options);
    add_capacity_reservation(parameters, options);
    add_credits(parameters, options);
    add_licenses(parameters, options);
    ec2::add_block_devices(parameters, without_leftovers(request));
    const ec2::Tags own = build.temporary_tags(request.run_tags);
    ec2::add_tag_specifications(
        parameters,
        {{"instance", own},
         {"volume", build.temporary_tags(request.volume_tags)},
         {"network-interface", own}}
    );
    return parameters;
}

std::string launch(const Ec2Build& build, const LaunchRequest& request) {
    build.context().say("Launching a source AWS instance...");
    std::string id = request.options.spot.spot_price ? launch_spot(build, request)
                                                     : run_where_there_is_room(build, request);
    build.context().say("Instance ID: " + id);
    return id;
}

ec2::Instance wait_until_running(const Ec2Build& build, const std::string& id) {
    build.context().say("Waiting for instance (" + id + ") to become ready...");
    ec2::Instance running = wait_for_state(build, id, "running");
    if (running.root_device_type != "ebs" && !running.root_device_type.empty()) {
        throw Error(
            ErrorKind::input,
            "the root device of " + id + " is of type \"" + running.root_device_type +
                "\", and an AMI of one's own is made of EBS volumes"
        );
    }
    return running;
}

ec2::Instance wait_for_state(
    const Ec2Build& build, const std::string& id, const std::string& state
) {
    ec2::Instance instance;
    build.wait_until("instance " + id + " to be " + state, {}, [&] {
        const auto found =
            build.session().look_at_instance(build.region().name(), id, build.stop());
        if (!found) {
            return false;
        }
        instance = *found;
        const bool ends =
            instance.state == "terminated" || instance.state == "shutting-down" ||
            (state == "running" && (instance.state == "stopping" || instance.state == "stopped"));
        if (ends && instance.state != state) {
            throw Error(
                ErrorKind::command,
                "Error waiting for instance (" + id + ") to become " + state + ": it is " +
                    state_text(instance)
            );
        }
        return instance.state == state;
    });
    return instance;
}

std::optional<ec2::Instance> look_if_possible(
    const Ec2Build& build, const std::string& id, const std::stop_token& stop
) {
    try {
        return build.session().look_at_instance(build.region().name(), id, stop);
    } catch (const Error&) {
        return std::nullopt;
    }
}

bool may_be_reached(const ec2::Instance& instance) {
    return instance.state == "pending" || instance.state == "running";
}

std::string state_text(const ec2::Instance& instance) {
    if (instance.state_reason.empty()) {
        return instance.state;
    }
    // EC2's own text mostly begins with the code.
    const bool has_code = instance.state_reason.starts_with(instance.state_reason_code);
    return instance.state + " (" + (has_code ? "" : instance.state_reason_code + ": ") +
           instance.state_reason + ")";
}

}  // namespace kiln::exec
