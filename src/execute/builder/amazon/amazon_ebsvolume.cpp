#include "execute/builder/amazon/amazon_ebsvolume.hpp"

#include "aws/ec2/volumes.hpp"
#include "base/strings.hpp"
#include "execute/aws/run_remains.hpp"
#include "execute/builder/amazon/amazon_builder.hpp"
#include "execute/builder/amazon/snapshots.hpp"

#include <utility>

namespace kiln::exec {

namespace {

namespace ec2 = aws::ec2;

// Packer's: scripts look for it.
constexpr const char* kVolumeBuilderId = "mitchellh.amazon.ebsvolume";

AmazonShape shape_of(const plan::AmazonEbsvolumeOptions& options) {
    AmazonShape shape{
        options.access,
        options.instance,
        {},
        options.run_volume_tags,
        options.ena_support,
        options.sriov_support};
    for (const plan::EbsVolumeOptions& volume : options.ebs_volumes) {
        shape.launch_devices.push_back(volume.device);
    }
    for (const plan::Tag& tag : options.run_volume_tag) {
        shape.volume_tags[tag.key] = tag.value;
    }
    return shape;
}

class AmazonEbsvolumeBuilder final : public AmazonBuilder {
public:
    explicit AmazonEbsvolumeBuilder(plan::AmazonEbsvolumeOptions options)
        : AmazonBuilder(shape_of(options)), options_(std::move(options)) {}

protected:
    void check_result(const Ec2Build& /*build*/) override {}

    std::optional<artifact::Artifact> make(Ec2Build& build, SourceInstance& source) override {
        std::vector<std::string> volumes;
        std::vector<std::string> snapshots;
        for (const plan::EbsVolumeOptions& wanted : options_.ebs_volumes) {
            if (wanted.device.no_device || wanted.device.virtual_name) {
                continue;
            }
            const std::string id = volume_at(source.instance(), wanted.device.device_name);
            build.context().say("Tagging EBS volume " + id + "...");
            ec2::create_tags(
                build.region(),
                {id},
                build.render_tags("tags", wanted.tags, wanted.tag),
                build.stop()
            );
            volumes.push_back(id);
            if (wanted.snapshot_volume) {
                snapshots.push_back(snapshot(build, source, wanted, id));
            }
        }
        std::vector<std::string> results = volumes;
        results.insert(results.end(), snapshots.begin(), snapshots.end());
        ec2::create_tags(build.region(), results, output_tags(), build.stop());
        build.keep_results();
        return artifact_of(build, volumes, snapshots);
    }

private:
    static std::string snapshot(
        const Ec2Build& build,
        const SourceInstance& source,
        const plan::EbsVolumeOptions& wanted,
        const std::string& volume
    ) {
        const plan::SnapshotTagOptions& shared = wanted.snapshots;
        ec2::Tags tags = build.temporary_tags(source.run_tags());
        for (const auto& [key, value] :
             build.render_tags("snapshot_tags", shared.snapshot_tags, shared.snapshot_tag)) {
            tags[key] = value;
        }
        const std::string description =
            build.render("snapshot_description", wanted.snapshot_description.value_or(""));
        const std::string id =
            snapshots_of(build, {{wanted.device.device_name, volume}}, description, tags)
                .begin()
                ->second;
        ec2::share_snapshot(
            build.region(), id, shared.snapshot_users, shared.snapshot_groups, build.stop()
        );
        return id;
    }

    artifact::Artifact artifact_of(
        const Ec2Build& build,
        const std::vector<std::string>& volumes,
        const std::vector<std::string>& snapshots
    ) const {
        const std::string& region = build.region().name();
        artifact::Artifact artifact;
        artifact.builder_id = kVolumeBuilderId;
        artifact.builder_type = build.context().build.builder_type();
        artifact.build_name = build.context().build.name;
        std::vector<std::string> ids;
        for (const std::string& volume : volumes) {
            ids.push_back(region + ":" + volume);
        }
        artifact.id = join(ids, ",");
        artifact.text = "EBS Volumes were created:\n\n" + region + ": " + join(volumes, ",");
        if (!snapshots.empty()) {
            artifact.text +=
                "\n\nEBS Snapshots were created:\n\n" + region + ": " + join(snapshots, ",");
        }
        return artifact;
    }

    plan::AmazonEbsvolumeOptions options_;
};

}  // namespace

std::unique_ptr<Builder> make_amazon_ebsvolume_builder(plan::AmazonEbsvolumeOptions options) {
    return std::make_unique<AmazonEbsvolumeBuilder>(std::move(options));
}

}  // namespace kiln::exec
