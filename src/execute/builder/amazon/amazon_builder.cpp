#include "execute/builder/amazon/amazon_builder.hpp"

#include "aws/ec2/network.hpp"
#include "base/error.hpp"
#include "base/strings.hpp"
#include "execute/aws/amazon_parts.hpp"
#include "execute/aws/costs.hpp"
#include "execute/aws/profile_remains.hpp"
#include "execute/builder/amazon/launch.hpp"
#include "execute/builder/amazon/network.hpp"
#include "execute/builder/amazon/session_plugin.hpp"
#include "sys/clock.hpp"

#include <algorithm>
#include <chrono>
#include <stop_token>
#include <thread>
#include <utility>

namespace kiln::exec {

namespace ec2 = aws::ec2;

void check_regions(const Ec2Build& build, const plan::AmiOptions& ami) {
    if (ami.skip_region_validation) {
        return;
    }
    const auto known = ec2::describe_regions(build.region(), build.stop());
    std::vector<std::string> wanted = copy_regions(build, ami);
    wanted.push_back(build.region().name());
    for (const std::string& region : wanted) {
        if (std::find(known.begin(), known.end(), region) == known.end()) {
            throw Error(ErrorKind::input, "the account has no region \"" + region + "\"")
                .set_hint(did_you_mean_hint(region, known));
        }
    }
}

artifact::Artifact ami_artifact(
    const BuildContext& context, const std::string& builder_id, const RegionImages& images
) {
    artifact::Artifact artifact;
    artifact.builder_id = builder_id;
    artifact.builder_type = context.build.builder_type();
    artifact.build_name = context.build.name;
    std::vector<std::string> ids;
    artifact.text = "AMIs were created:\n";
    for (const auto& [region, id] : images) {
        ids.push_back(region + ":" + id);
        artifact.text += region + ": " + id + "\n";
    }
    artifact.id = join(ids, ",");
    return artifact;
}

std::map<std::string, std::string> volume_tags_of(const plan::VolumeTagOptions& options) {
    std::map<std::string, std::string> tags = options.run_volume_tags;
    for (const plan::NamedTag& tag : options.run_volume_tag) {
        tags[tag.name] = tag.value;
    }
    return tags;
}

void AmazonBuilder::check(BuildContext& context) {
    if (shape_.instance.uses_session_manager()) {
        find_session_plugin(context);
    }
    build_.emplace(context, shape_.access);
    if (const std::string endpoint = build_->session().custom_endpoint(); !endpoint.empty()) {
        context.say("Asking EC2 at " + endpoint);
    }
    if (!shape_.access.skip_credential_validation) {
        build_->session().identity(context.stop);
    }
    check_vpc(*build_, shape_.instance);
    check_result(*build_);
}

std::unique_ptr<Machine> AmazonBuilder::start(BuildContext& /*context*/) {
    source_.emplace(*build_, shape_.instance);
    return source_->start(shape_.launch_devices, shape_.volume_tags);
}

std::optional<artifact::Artifact> AmazonBuilder::capture(
    BuildContext& /*context*/, Machine& machine
) {
    source_->stop(machine);
    modify_instance();
    std::optional<artifact::Artifact> artifact = make(*build_, *source_);
    remove(artifact ? Remains::temporary : Remains::everything);
    tell_costs(artifact.has_value());
    return artifact;
}

void AmazonBuilder::discard(BuildContext& context) noexcept {
    try {
        tell_if_it_ended();
        remove(Remains::everything);
        tell_costs(false);
    } catch (const std::exception& error) {
        context.warn(
            std::string("not everything could be removed: ") + error.what() +
            "; `kiln sweep` tries again"
        );
    }
}

void AmazonBuilder::tell_if_it_ended() {
    if (!source_ || source_->id().empty() || source_->is_being_stopped()) {
        return;
    }
    const auto now = look_if_possible(*build_, source_->id(), {});
    if (now && !may_be_reached(*now)) {
        build_->context().say_error(
            "The instance " + now->id + " runs no more, and not by this build: it is " +
            state_text(*now)
        );
    }
}

// Prices are worth no failure and no wait: without an answer the built-in table tells.
void AmazonBuilder::tell_costs(bool is_made) {
    constexpr std::chrono::seconds kLongestWait(5);
    BuildContext& context = build_->context();
    const std::optional<AmazonParts> parts = amazon_parts(context.build);
    if (!parts || !source_ || source_->id().empty()) {
        return;
    }
    sys::Clock& clock = context.effects.clock;
    const auto seconds = [](std::chrono::nanoseconds time) {
        return std::chrono::round<std::chrono::seconds>(time);
    };
    const auto now = clock.steady_now();
    const std::string region = build_->region().name();
    Ec2Use use{
        .region = region,
        .instance_type = source_->instance().type,
        .is_spot = parts->instance->spot.spot_price.has_value(),
        .has_public_address = source_->had_public_address(),
        .running = seconds(source_->running_time(now)),
        .attached = seconds(source_->age(now)),
        .volumes = volumes_of(source_->source(), *parts),
        .ami_regions = {}};
    if (is_made && parts->ami != nullptr) {
        use.ami_regions = ami_regions_of(*parts, region);
    }
    Ec2Costs costs;
    try {
        std::stop_source enough;
        const std::stop_callback forward(context.stop, [&] { enough.request_stop(); });
        const std::jthread timer([&](std::stop_token done) {
            if (clock.sleep_for(kLongestWait, done)) {
                enough.request_stop();
            }
        });
        Prices prices(build_->session().client(), enough.get_token());
        costs = costs_of(use, prices);
    } catch (const Error&) {
        Prices prices(build_->session().client(), {});
        prices.stop_asking();
        costs = costs_of(use, prices);
    }
    if (!is_made) {
        costs.monthly.clear();
    }
    context.events.on_event(CostEstimated{context.build.name, costs.once, costs.monthly});
}

void AmazonBuilder::modify_instance() {
    const std::stop_token& stop = build_->stop();
    if (shape_.sriov_support) {
        build_->context().say("Enabling Enhanced Networking (SR-IOV)...");
        ec2::modify_instance(
            build_->region(), source_->id(), "SriovNetSupport.Value", "simple", stop
        );
    }
    if (shape_.ena_support) {
        const bool on = *shape_.ena_support;
        build_->context().say(
            std::string(on ? "Enabling" : "Disabling") + " Enhanced Networking (ENA)..."
        );
        ec2::modify_instance(
            build_->region(), source_->id(), "EnaSupport.Value", on ? "true" : "false", stop
        );
    }
}

void AmazonBuilder::remove(Remains what) {
    clear_build(*build_, what, source_ ? source_->id() : "");
}

void clear_build(Ec2Build& build, Remains what, const std::string& instance) {
    bool all_gone = true;
    const RemovalReport report{
        [&](const std::string& text) { build.context().say(text); },
        [&](const std::string& text) {
            all_gone = false;
            build.context().warn(text + "; `kiln sweep` tries again");
        }};
    for (const std::string& region : build.entered_regions()) {
        const bool is_home = region == build.region().name();
        if (what == Remains::everything || is_home) {
            remove_remains(
                build.session().ec2(region), build.mark(), what, is_home ? instance : "", report, {}
            );
        }
    }
    if (build.has_profile()) {
        remove_profile(build.session().iam(), build.mark(), report, {});
    }
    if (all_gone) {
        build.leave_regions();
    }
}

}  // namespace kiln::exec
