#include "execute/builder/amazon/amazon_ebs.hpp"

#include "execute/builder/amazon/amazon_builder.hpp"
#include "execute/builder/amazon/launch.hpp"

#include <utility>

namespace kiln::exec {

namespace {

namespace ec2 = aws::ec2;

// Packer's: scripts look for it.
constexpr const char* kEbsBuilderId = "mitchellh.amazonebs";

AmazonShape shape_of(const plan::AmazonEbsOptions& options) {
    return {
        options.access,
        options.instance,
        options.launch_block_device_mappings,
        volume_tags_of(options.volume_tags),
        options.ami.ena_support,
        options.ami.sriov_support};
}

class AmazonEbsBuilder final : public AmazonBuilder {
public:
    explicit AmazonEbsBuilder(plan::AmazonEbsOptions options)
        : AmazonBuilder(shape_of(options)), options_(std::move(options)) {}

protected:
    void check_result(const Ec2Build& build) override {
        if (options_.skip_create_ami) {
            build.context().say("skip_create_ami was set, not checking AMI name");
            return;
        }
        check_regions(build, options_.ami);
        check_ami_name(build, options_.ami, build.context().options.force);
    }

    std::optional<artifact::Artifact> make(Ec2Build& build, SourceInstance& source) override {
        if (options_.skip_create_ami) {
            return std::nullopt;
        }
        const ec2::Tags run_tags = options_.skip_ami_run_tags ? ec2::Tags{} : source.run_tags();
        const ImageMaker from_instance = [&](const std::string& name, const ec2::Tags& tags) {
            build.context().say("Creating AMI " + name + " from instance " + source.id());
            return ec2::create_image(
                build.region(),
                {.name = name,
                 .instance_id = source.id(),
                 .devices = image_devices(source.source()),
                 .image_tags = tags,
                 .snapshot_tags = tags},
                build.mark(),
                build.stop()
            );
        };
        const bool force = build.context().options.force;
        return ami_artifact(
            build.context(),
            kEbsBuilderId,
            make_ami(build, options_.ami, force, run_tags, from_instance)
        );
    }

private:
    /// That a volume ends with the build's instance says nothing of the image: there the devices of
    /// the source AMI stay as they were.
    std::vector<ec2::BlockDevice> image_devices(const ec2::Image& source) const {
        std::vector<ec2::BlockDevice> devices =
            block_devices_of(options_.ami_block_device_mappings);
        std::vector<ec2::BlockDevice> named =
            block_devices_of(options_.launch_block_device_mappings);
        named.insert(named.end(), devices.begin(), devices.end());
        for (ec2::BlockDevice& device : outliving_devices(source, named)) {
            device.delete_on_termination = false;
            devices.push_back(std::move(device));
        }
        return devices;
    }

    plan::AmazonEbsOptions options_;
};

}  // namespace

std::unique_ptr<Builder> make_amazon_ebs_builder(plan::AmazonEbsOptions options) {
    return std::make_unique<AmazonEbsBuilder>(std::move(options));
}

}  // namespace kiln::exec
