#include "plan/options/amazon_publish.hpp"

#include "plan/check.hpp"

namespace kiln::plan {

namespace {

void parent_is_a_snapshot(const AmazonPublishOptions& options, const CheckContext& context) {
    const std::string& parent = options.parent;
    if (is_unknown(parent) || parent == "auto" || parent == "none") {
        return;
    }
    if (!parent.starts_with("snap-")) {
        context.error(
            "parent",
            "\"" + parent + "\" is no snapshot",
            "write \"snap-...\", \"none\", or \"auto\" for the newest one of the lineage"
        );
    } else if (options.disks.size() > 1) {
        context.error("parent", "one snapshot can not be the parent of several disks");
    }
}

void disk_is_hvm(const AmazonPublishOptions& options, const CheckContext& context) {
    if (options.ami.ami_virtualization_type == "paravirtual") {
        context.error("ami_virtualization_type", "a disk image starts by \"hvm\" only");
    }
}

}  // namespace

const OptionTable& AmazonPublishOptions::options() {
    using O = AmazonPublishOptions;
    static const OptionTable table = OptionTable::of<O>({
        include<&O::access>(),
        include<&O::ami>(),
        include<&O::registration>(),
        option<&O::disks>(
            "disks",
            {.help = "disk images to publish, the root first",
             .default_text = "those of the artifact, each disk once"}
        ),
        option<&O::root_device_name>(
            "root_device_name",
            {.help = "name of the root volume; further disks are /dev/sdf, /dev/sdg and so on"}
        ),
        option<&O::volume_type>("volume_type", {.help = "kind of the volumes"}),
        option<&O::volume_size>(
            "volume_size", {.help = "size of the root volume in GiB", .default_text = "the disk's"}
        ),
        option<&O::snapshot_description>(
            "snapshot_description",
            {.help = "description of the snapshots", .render = Render::at_run}
        ),
        option<&O::lineage>(
            "lineage",
            {.help = "name that the snapshots of successive builds share: the newest one is the "
                     "parent of the next",
             .default_text = "the build's name; of kiln publish the file's"}
        ),
        option<&O::parent>(
            "parent",
            {.help =
                 "snapshot that only the differences are sent to: \"auto\" is the newest of the "
                 "lineage, \"none\" sends all"}
        ),
        option<&O::skip_image_check>(
            "skip_image_check", {.help = "send it, whether it can start on EC2 or not"}
        ),
        rule<&parent_is_a_snapshot>(
            "`parent` is \"auto\", \"none\", or with one disk the id of a snapshot."
        ),
        rule<&disk_is_hvm>("`ami_virtualization_type` is \"hvm\", as it is by default."),
    });
    return table;
}

}  // namespace kiln::plan
