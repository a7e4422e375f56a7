#include "execute/builder/amazon/spot.hpp"

#include "base/error.hpp"

namespace kiln::exec {

namespace {

namespace ec2 = aws::ec2;

// A launch template names these otherwise than RunInstances does.
std::string template_name_of(const std::string& name) {
    if (name.starts_with("SubnetId")) {
        return "";  // the fleet's overrides name it
    }
    return "LaunchTemplateData." + name;
}

std::string make_template(const Ec2Build& build, const LaunchRequest& request) {
    const plan::SpotOptions& spot = request.options.spot;
    aws::Parameters parameters{
        {"LaunchTemplateName", "packer-fleet-launch-template-" + build.mark()},
        {"ClientToken", build.client_token("launch template")},
        {"LaunchTemplateData.InstanceMarketOptions.MarketType", "spot"}};
    if (spot.spot_price != "auto") {
        parameters.emplace_back(
            "LaunchTemplateData.InstanceMarketOptions.SpotOptions.MaxPrice", *spot.spot_price
        );
    }
    for (const auto& [name, value] : launch_parameters(build, request)) {
        if (const std::string renamed = template_name_of(name); !renamed.empty()) {
            parameters.emplace_back(renamed, value);
        }
    }
    ec2::add_tag_specifications(
        parameters,
        {{"launch-template",
          build.temporary_tags(build.render_tags("spot_tags", spot.spot_tags, spot.spot_tag))}}
    );
    return ec2::create_launch_template(build.region(), parameters, build.stop());
}

std::vector<std::string> types_of(const plan::InstanceOptions& options) {
    return options.spot.spot_instance_types.empty()
               ? std::vector<std::string>{options.instance_type.value_or("")}
               : options.spot.spot_instance_types;
}

/// Sends it, patient with a profile that is seconds old. A fleet that launched nothing answers so
/// for ever to its token, so each try has one of its own.
ec2::FleetAnswer create_fleet(
    const Ec2Build& build, const LaunchRequest& request, const aws::Parameters& parameters
) {
    int number = 0;
    const auto send = [&] {
        aws::Parameters all = parameters;
        const std::string step = "fleet" + (number == 0 ? "" : " " + std::to_string(number));
        ++number;
        all.emplace_back("ClientToken", build.client_token(step));
        return ec2::create_fleet(build.region(), all, build.stop());
    };
    const auto lacks_profile = [&](const ec2::FleetAnswer& answer) {
        return request.is_profile_fresh && answer.instance_ids.empty() &&
               is_unknown_profile(answer.error_code, answer.error_message);
    };
    ec2::FleetAnswer answer = send();
    if (lacks_profile(answer)) {
        build.context().say("Waiting for EC2 to know the instance profile...");
        const std::string what = "EC2 to know the instance profile " + request.instance_profile;
        build.wait_until(what, kUntilProfileIsKnown, [&] {
            answer = send();
            return !lacks_profile(answer);
        });
    }
    return answer;
}

}  // namespace

std::string launch_spot(const Ec2Build& build, const LaunchRequest& request) {
    const plan::SpotOptions& spot = request.options.spot;
    const std::string config = "LaunchTemplateConfigs.1.";
    aws::Parameters parameters{
        {"Type", "instant"},
        {"TargetCapacitySpecification.TotalTargetCapacity", "1"},
        {"TargetCapacitySpecification.DefaultTargetCapacityType", "spot"},
        {config + "LaunchTemplateSpecification.LaunchTemplateId", make_template(build, request)},
        {config + "LaunchTemplateSpecification.Version", "1"}};
    int number = 0;
    for (const std::string& type : types_of(request.options)) {
        const std::string override_of = config + "Overrides." + std::to_string(++number);
        parameters.emplace_back(override_of + ".InstanceType", type);
        ec2::add_if(parameters, override_of + ".SubnetId", request.network.subnet_id);
    }
    ec2::add_if(
        parameters, "SpotOptions.AllocationStrategy", spot.spot_allocation_strategy.value_or("")
    );
    ec2::add_tag_specifications(
        parameters,
        {{"fleet",
          build.temporary_tags(build.render_tags("fleet_tags", spot.fleet_tags, spot.fleet_tag))}}
    );
    const ec2::FleetAnswer answer = create_fleet(build, request, parameters);
    if (answer.instance_ids.empty()) {
        throw Error(
            ErrorKind::no_space,
            "Error launching source instance: " + answer.error_code + ": " + answer.error_message
        )
            .set_hint("name more types in spot_instance_types, or another availability zone");
    }
    return answer.instance_ids.front();
}

}  // namespace kiln::exec
