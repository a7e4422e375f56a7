#include "execute/builder/amazon/amazon_ebs.hpp"

#include "aws/ec2/network.hpp"
#include "base/error.hpp"
#include "base/strings.hpp"
#include "execute/aws/run_remains.hpp"
#include "execute/builder/amazon/launch.hpp"
#include "execute/builder/amazon/make_ami.hpp"
#include "execute/builder/amazon/network.hpp"
#include "execute/builder/amazon/source_instance.hpp"

#include <algorithm>
#include <utility>

namespace kiln::exec {

namespace {

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

artifact::Artifact artifact_of(const BuildContext& context, const RegionImages& images) {
    artifact::Artifact artifact;
    // Ids and text are Packer's: scripts look for them.
    artifact.builder_id = "mitchellh.amazonebs";
    artifact.builder_type = "amazon-ebs";
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

class AmazonEbsBuilder final : public Builder {
public:
    explicit AmazonEbsBuilder(plan::AmazonEbsOptions options) : options_(std::move(options)) {}

    void check(BuildContext& context) override {
        build_.emplace(context, options_.access);
        if (const std::string endpoint = build_->session().custom_endpoint(); !endpoint.empty()) {
            context.say("Asking EC2 at " + endpoint);
        }
        if (!options_.access.skip_credential_validation) {
            build_->session().identity(context.stop);
        }
        check_regions(*build_, options_.ami);
        check_vpc(*build_, options_.instance);
        if (options_.skip_create_ami) {
            context.say("skip_create_ami was set, not checking AMI name");
        } else {
            check_ami_name(*build_, options_.ami, context.options.force);
        }
    }

    std::unique_ptr<Machine> start(BuildContext& /*context*/) override {
        source_.emplace(*build_, options_.instance);
        std::map<std::string, std::string> volume_tags = options_.volume_tags.run_volume_tags;
        for (const plan::NamedTag& tag : options_.volume_tags.run_volume_tag) {
            volume_tags[tag.name] = tag.value;
        }
        return source_->start(options_.launch_block_device_mappings, volume_tags);
    }

    std::optional<artifact::Artifact> capture(BuildContext& context, Machine& machine) override {
        source_->stop(machine);
        if (options_.skip_create_ami) {
            remove(Remains::everything);
            return std::nullopt;
        }
        modify_instance();
        const ec2::Tags run_tags = options_.skip_ami_run_tags ? ec2::Tags{} : source_->run_tags();
        const RegionImages images = make_ami(
            *build_,
            options_.ami,
            context.options.force,
            run_tags,
            [&](const std::string& name, const ec2::Tags& tags) {
                context.say("Creating AMI " + name + " from instance " + source_->id());
                return ec2::create_image(
                    build_->region(),
                    {.name = name,
                     .instance_id = source_->id(),
                     .devices = block_devices_of(options_.ami_block_device_mappings),
                     .image_tags = tags,
                     .snapshot_tags = tags},
                    build_->mark(),
                    build_->stop()
                );
            }
        );
        remove(Remains::temporary);
        return artifact_of(context, images);
    }

    void discard(BuildContext& context) noexcept override {
        try {
            remove(Remains::everything);
        } catch (const std::exception& error) {
            context.warn(std::string("not everything could be removed: ") + error.what());
        }
    }

private:
    void modify_instance() {
        const std::stop_token& stop = build_->stop();
        if (options_.ami.sriov_support) {
            build_->context().say("Enabling Enhanced Networking (SR-IOV)...");
            ec2::modify_instance(
                build_->region(), source_->id(), "SriovNetSupport.Value", "simple", stop
            );
        }
        if (options_.ami.ena_support) {
            const bool on = *options_.ami.ena_support;
            build_->context().say(
                std::string(on ? "Enabling" : "Disabling") + " Enhanced Networking (ENA)..."
            );
            ec2::modify_instance(
                build_->region(), source_->id(), "EnaSupport.Value", on ? "true" : "false", stop
            );
        }
    }

    /// Goes on after an interrupt: that is what it is for.
    void remove(Remains what) {
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
        if (all_gone) {
            build_->leave_regions();
        }
    }

    plan::AmazonEbsOptions options_;
    std::optional<Ec2Build> build_;
    std::optional<SourceInstance> source_;
};

}  // namespace

std::unique_ptr<Builder> make_amazon_ebs_builder(plan::AmazonEbsOptions options) {
    return std::make_unique<AmazonEbsBuilder>(std::move(options));
}

}  // namespace kiln::exec
