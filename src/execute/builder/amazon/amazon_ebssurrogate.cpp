#include "execute/builder/amazon/amazon_ebssurrogate.hpp"

#include "aws/ec2/volumes.hpp"
#include "base/error.hpp"
#include "execute/builder/amazon/amazon_builder.hpp"
#include "execute/builder/amazon/launch.hpp"
#include "execute/builder/amazon/snapshots.hpp"

#include <utility>

namespace kiln::exec {

namespace {

namespace ec2 = aws::ec2;

// Packer's: scripts look for it.
constexpr const char* kSurrogateBuilderId = "mitchellh.amazon.ebssurrogate";

std::vector<plan::BlockDeviceOptions> devices_of(const plan::AmazonEbssurrogateOptions& options) {
    std::vector<plan::BlockDeviceOptions> devices;
    for (const plan::SurrogateVolumeOptions& volume : options.launch_block_device_mappings) {
        devices.push_back(volume.device);
    }
    return devices;
}

AmazonShape shape_of(const plan::AmazonEbssurrogateOptions& options) {
    return {
        options.access,
        options.instance,
        devices_of(options),
        volume_tags_of(options.volume_tags),
        options.ami.ena_support,
        options.ami.sriov_support};
}

class AmazonEbssurrogateBuilder final : public AmazonBuilder {
public:
    explicit AmazonEbssurrogateBuilder(plan::AmazonEbssurrogateOptions options)
        : AmazonBuilder(shape_of(options)), options_(std::move(options)) {}

protected:
    void check_result(const Ec2Build& build) override {
        check_regions(build, options_.ami);
        check_ami_name(build, options_.ami, build.context().options.force);
    }

    std::optional<artifact::Artifact> make(Ec2Build& build, SourceInstance& source) override {
        const ec2::Tags run_tags = options_.skip_ami_run_tags ? ec2::Tags{} : source.run_tags();
        const bool force = build.context().options.force;
        ImageMaker maker;
        if (options_.use_create_image) {
            swap_root(build, source);
            maker = [&](const std::string& name, const ec2::Tags& tags) {
                return image_of_instance(build, source, name, tags);
            };
        } else {
            // Once, also where an AMI of the same name is replaced and two images are registered.
            const std::map<std::string, std::string> snapshots = snapshot_volumes(build, source);
            maker =
                [&build, &source, snapshots, this](const std::string& name, const ec2::Tags& tags) {
                    build.context().say("Registering the AMI...");
                    return ec2::register_image(
                        build.region(),
                        registration(build, source, snapshots, name, tags),
                        build.mark(),
                        build.stop()
                    );
                };
        }
        return ami_artifact(
            build.context(),
            kSurrogateBuilderId,
            make_ami(build, options_.ami, force, run_tags, maker)
        );
    }

private:
    const plan::SurrogateRootOptions& root() const { return *options_.ami_root_device; }

    /// Device name -> snapshot of what the instance has there, for all that the AMI shall have.
    std::map<std::string, std::string> snapshot_volumes(
        const Ec2Build& build, const SourceInstance& source
    ) const {
        std::map<std::string, std::string> volumes;
        for (const plan::SurrogateVolumeOptions& volume : options_.launch_block_device_mappings) {
            if (!volume.omit_from_artifact && !volume.device.no_device &&
                !volume.device.virtual_name) {
                volumes[volume.device.device_name] =
                    volume_at(source.instance(), volume.device.device_name);
            }
        }
        return snapshots_of(
            build,
            volumes,
            build.render("snapshot_description", options_.snapshot_description.value_or("")),
            build.temporary_tags(source.run_tags())
        );
    }

    ec2::Registration registration(
        const Ec2Build& build,
        const SourceInstance& source,
        const std::map<std::string, std::string>& snapshots,
        const std::string& name,
        const ec2::Tags& tags
    ) const {
        const plan::RegistrationOptions& wanted = options_.registration;
        ec2::Registration image{
            .name = name,
            .description =
                build.render("ami_description", options_.ami.ami_description.value_or("")),
            .architecture = wanted.ami_architecture,
            .root_device_name = root().device_name,
            .devices = {root_device(snapshots)},
            .virtualization_type = options_.ami.ami_virtualization_type.value_or("hvm"),
            .boot_mode = wanted.boot_mode.value_or(""),
            .uefi_data = wanted.uefi_data.value_or(""),
            .tpm_support = wanted.tpm_support.value_or(""),
            .imds_support = options_.ami.imds_support.value_or(""),
            .ena_support = options_.ami.ena_support.value_or(source.source().ena_support),
            .sriov_support = options_.ami.sriov_support,
            .image_tags = tags};
        for (const plan::SurrogateVolumeOptions& volume : options_.launch_block_device_mappings) {
            const auto snapshot = snapshots.find(volume.device.device_name);
            if (snapshot != snapshots.end() &&
                volume.device.device_name != root().source_device_name) {
                ec2::BlockDevice device = block_devices_of({volume.device}).front();
                device.snapshot_id = snapshot->second;
                device.encrypted.reset();  // as its snapshot is
                device.kms_key_id.clear();
                image.devices.push_back(std::move(device));
            }
        }
        const auto more = block_devices_of(options_.ami_block_device_mappings);
        image.devices.insert(image.devices.end(), more.begin(), more.end());
        return image;
    }

    ec2::BlockDevice root_device(const std::map<std::string, std::string>& snapshots) const {
        ec2::BlockDevice device;
        device.device_name = root().device_name;
        device.snapshot_id = snapshots.at(root().source_device_name);
        device.size_gib = root().volume_size;
        device.type = root().volume_type.value_or("");
        if (root().iops > 0) {
            device.iops = root().iops;
        }
        device.throughput_mib_s = root().throughput;
        device.delete_on_termination = root().delete_on_termination;
        return device;
    }

    /// The shaped volume takes the place of the one that the instance was started from.
    void swap_root(const Ec2Build& build, const SourceInstance& source) const {
        const std::string place = source.instance().root_device_name;
        const std::string old_root = volume_at(source.instance(), place);
        const std::string new_root = volume_at(source.instance(), root().source_device_name);
        build.context().say("Making " + new_root + " the root volume...");
        for (const std::string& id : {old_root, new_root}) {
            ec2::detach_volume(build.region(), id, build.stop());
            wait_for_volume(build, id, "available");
        }
        ec2::attach_volume(build.region(), new_root, source.id(), place, build.stop());
        wait_for_volume(build, new_root, "in-use");
    }

    std::string image_of_instance(
        const Ec2Build& build,
        const SourceInstance& source,
        const std::string& name,
        const ec2::Tags& tags
    ) const {
        build.context().say("Creating AMI " + name + " from instance " + source.id());
        ec2::NewImage image{
            .name = name,
            .instance_id = source.id(),
            .devices = block_devices_of(options_.ami_block_device_mappings),
            .image_tags = tags,
            .snapshot_tags = tags};
        for (const plan::SurrogateVolumeOptions& volume : options_.launch_block_device_mappings) {
            if (volume.omit_from_artifact) {
                ec2::BlockDevice left_out;
                left_out.device_name = volume.device.device_name;
                left_out.no_device = true;
                image.devices.push_back(std::move(left_out));
            }
        }
        return ec2::create_image(build.region(), image, build.mark(), build.stop());
    }

    plan::AmazonEbssurrogateOptions options_;
};

}  // namespace

std::unique_ptr<Builder> make_amazon_ebssurrogate_builder(plan::AmazonEbssurrogateOptions options) {
    return std::make_unique<AmazonEbssurrogateBuilder>(std::move(options));
}

}  // namespace kiln::exec
