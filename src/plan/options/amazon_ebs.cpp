#include "plan/options/amazon_ebs.hpp"

#include "plan/check.hpp"
#include "plan/options/aws_rules.hpp"

#include <algorithm>

namespace kiln::plan {

namespace {

void templates_are_of_copies(const AmazonEbsOptions& options, const CheckContext& context) {
    if (!options.fast_launch) {
        return;
    }
    const std::vector<std::string>& copies = options.ami.ami_regions;
    std::vector<std::string> seen;
    for (const FastLaunchTemplate& entry : options.fast_launch->region_launch_templates) {
        const bool is_copied =
            std::find(copies.begin(), copies.end(), entry.region) != copies.end();
        if (!is_copied && options.access.region && options.access.region != entry.region) {
            context.error(
                "fast_launch", "the AMI is not copied to region \"" + entry.region + "\""
            );
        }
        if (std::find(seen.begin(), seen.end(), entry.region) != seen.end()) {
            context.error(
                "fast_launch", "region \"" + entry.region + "\" has two launch templates"
            );
        }
        seen.push_back(entry.region);
    }
}

}  // namespace

const OptionTable& FastLaunchTemplate::options() {
    using O = FastLaunchTemplate;
    static const OptionTable table = OptionTable::of<O>({
        option<&O::region>("region", {.help = "region of the template", .required = true}),
        option<&O::enable_fast_launch>(
            "enable_fast_launch", {.help = "do it in that region", .default_text = "true"}
        ),
        option<&O::template_id>("template_id", {.help = "id of the launch template"}),
        option<&O::template_name>("template_name", {.help = "its name"}),
        option<&O::template_version>(
            "template_version", {.help = "its version", .minimum = 1, .default_text = "the newest"}
        ),
        at_most_one({"template_id", "template_name"}),
    });
    return table;
}

const OptionTable& FastLaunchOptions::options() {
    using O = FastLaunchOptions;
    static const OptionTable table = OptionTable::of<O>({
        option<&O::enable_fast_launch>("enable_fast_launch", {.help = "prepare the AMI for it"}),
        option<&O::template_id>("template_id", {.help = "id of the launch template"}),
        option<&O::template_name>("template_name", {.help = "its name"}),
        option<&O::template_version>(
            "template_version", {.help = "its version", .minimum = 1, .default_text = "the newest"}
        ),
        option<&O::region_launch_templates>(
            "region_launch_templates", {.help = "launch templates of further regions"}
        ),
        option<&O::max_parallel_launches>(
            "max_parallel_launches", {.help = "instances that are launched at once", .minimum = 6}
        ),
        option<&O::target_resource_count>(
            "target_resource_count", {.help = "snapshots that are held ready", .minimum = 1}
        ),
        at_most_one({"template_id", "template_name"}),
    });
    return table;
}

const OptionTable& VolumeTagOptions::options() {
    using O = VolumeTagOptions;
    static const OptionTable table = OptionTable::of<O>({
        option<&O::run_volume_tags>(
            "run_volume_tags", {.help = "tags of the instance's volumes", .render = Render::at_run}
        ),
        option<&O::run_volume_tag>("run_volume_tag", {.help = "one of them as a block"}),
    });
    return table;
}

const OptionTable& AmazonEbsOptions::options() {
    using O = AmazonEbsOptions;
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
        include<&O::volume_tags>(),
        option<&O::no_ephemeral>("no_ephemeral", {.help = "no instance store volumes in the AMI"}),
        option<&O::skip_create_ami>(
            "skip_create_ami", {.help = "make no AMI; for trying provisioners"}
        ),
        option<&O::skip_ami_run_tags>(
            "skip_ami_run_tags", {.help = "keep run_tags off the AMI and its snapshots"}
        ),
        option<&O::fast_launch>("fast_launch", {.help = "launch Windows fast"}),
        spot_is_not_modified<O>(),
        rule<&templates_are_of_copies>("A `region_launch_templates` names the build's region or "
                                       "one of `ami_regions`, each once."),
    });
    return table;
}

}  // namespace kiln::plan
