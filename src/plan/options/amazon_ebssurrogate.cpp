#include "plan/options/amazon_ebssurrogate.hpp"

#include "plan/check.hpp"
#include "plan/options/aws_rules.hpp"

#include <algorithm>

namespace kiln::plan {

namespace {

void virtualization_is_told(const AmazonEbssurrogateOptions& options, const CheckContext& context) {
    if (!options.ami.ami_virtualization_type) {
        context.error(
            "",
            "an AMI that is registered needs option \"ami_virtualization_type\"",
            "set it to \"hvm\""
        );
    }
}

void root_is_a_volume(const AmazonEbssurrogateOptions& options, const CheckContext& context) {
    const auto& volumes = options.launch_block_device_mappings;
    const std::string& wanted = options.ami_root_device->source_device_name;
    const auto root =
        std::find_if(volumes.begin(), volumes.end(), [&](const SurrogateVolumeOptions& volume) {
            return volume.device.device_name == wanted;
        });
    if (root == volumes.end()) {
        context.error(
            "ami_root_device",
            "there is no volume \"" + wanted + "\" in launch_block_device_mappings"
        );
    } else if (root->omit_from_artifact) {
        context.error(
            "ami_root_device", "the root volume \"" + wanted + "\" is left out of the AMI"
        );
    }
}

}  // namespace

const OptionTable& SurrogateVolumeOptions::options() {
    using O = SurrogateVolumeOptions;
    static const OptionTable table = OptionTable::of<O>({
        include<&O::device>(),
        option<&O::omit_from_artifact>(
            "omit_from_artifact", {.help = "leave the volume out of the AMI"}
        ),
    });
    return table;
}

const OptionTable& SurrogateRootOptions::options() {
    using O = SurrogateRootOptions;
    static const OptionTable table = OptionTable::of<O>({
        option<&O::source_device_name>(
            "source_device_name", {.help = "its name on the instance", .required = true}
        ),
        option<&O::device_name>("device_name", {.help = "its name in the AMI", .required = true}),
        option<&O::volume_size>(
            "volume_size", {.help = "size in GiB", .default_text = "the source's"}
        ),
        option<&O::volume_type>("volume_type", {.help = "kind of volume"}),
        option<&O::delete_on_termination>(
            "delete_on_termination", {.help = "remove it with instances of the AMI"}
        ),
        option<&O::iops>("iops", {.help = "operations a second"}),
        option<&O::throughput>("throughput", {.help = "MiB a second"}),
    });
    return table;
}

const OptionTable& AmazonEbssurrogateOptions::options() {
    using O = AmazonEbssurrogateOptions;
    static const OptionTable table = OptionTable::of<O>({
        include<&O::access>(),
        include<&O::ami>(),
        include<&O::instance>(),
        option<&O::ami_block_device_mappings>(
            "ami_block_device_mappings", {.help = "volumes that instances of the AMI get"}
        ),
        option<&O::launch_block_device_mappings>(
            "launch_block_device_mappings", {.help = "volumes of the instance while it is built"}
        ),
        option<&O::ami_root_device>(
            "ami_root_device", {.help = "which of them becomes the root volume", .required = true}
        ),
        include<&O::volume_tags>(),
        include<&O::registration>(),
        option<&O::snapshot_description>(
            "snapshot_description", {.help = "description of the snapshots"}
        ),
        option<&O::use_create_image>(
            "use_create_image",
            {.help = "have EC2 make the AMI of the instance with its disks swapped"}
        ),
        option<&O::skip_ami_run_tags>(
            "skip_ami_run_tags", {.help = "keep run_tags off the AMI and its snapshots"}
        ),
        rule<&virtualization_is_told>("`ami_virtualization_type` is required."),
        rule<&root_is_a_volume>("`ami_root_device.source_device_name` is one of "
                                "`launch_block_device_mappings`, and not left out of the AMI."),
        spot_is_not_modified<O>(),
    });
    return table;
}

}  // namespace kiln::plan
