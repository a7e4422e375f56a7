#include "execute/builder/amazon/amazon_builder.hpp"

#include "aws/ec2/network.hpp"
#include "base/error.hpp"
#include "base/strings.hpp"
#include "execute/aws/profile_remains.hpp"
#include "execute/builder/amazon/network.hpp"
#include "execute/builder/amazon/session_plugin.hpp"

#include <algorithm>
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
    return artifact;
}

void AmazonBuilder::discard(BuildContext& context) noexcept {
    try {
        remove(Remains::everything);
    } catch (const std::exception& error) {
        context.warn(
            std::string("not everything could be removed: ") + error.what() +
            "; `kiln sweep` tries again"
        );
    }
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
    bool all_gone = true;
    const RemovalReport report{
        [&](const std::string& text) { build_->context().say(text); },
        [&](const std::string& text) {
            all_gone = false;
            build_->context().warn(text + "; `kiln sweep` tries again");
        }};
    for (const std::string& region : build_->entered_regions()) {
        if (what == Remains::everything || region == build_->region().name()) {
            remove_remains(build_->session().ec2(region), build_->mark(), what, report, {});
        }
    }
    if (build_->has_profile()) {
        remove_profile(build_->session().iam(), build_->mark(), report, {});
    }
    if (all_gone) {
        build_->leave_regions();
    }
}

}  // namespace kiln::exec
