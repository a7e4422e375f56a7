#include "plan/options/amazon_ebsvolume.hpp"

#include "plan/check.hpp"
#include "plan/options/aws_rules.hpp"

namespace kiln::plan {

const OptionTable& EbsVolumeOptions::options() {
    using O = EbsVolumeOptions;
    static const OptionTable table = OptionTable::of<O>({
        include<&O::device>(),
        option<&O::tags>("tags", {.help = "tags of the volume", .render = Render::at_run}),
        option<&O::tag>("tag", {.help = "one of them as a block"}),
        option<&O::snapshot_volume>(
            "snapshot_volume", {.help = "make a snapshot of it at the end"}
        ),
        option<&O::snapshot_description>(
            "snapshot_description", {.help = "description of that snapshot"}
        ),
        include<&O::snapshots>(),
        needs("snapshot_description", {"snapshot_volume"}),
    });
    return table;
}

const OptionTable& AmazonEbsvolumeOptions::options() {
    using O = AmazonEbsvolumeOptions;
    static const OptionTable table = OptionTable::of<O>({
        include<&O::access>(),
        include<&O::instance>(),
        option<&O::ena_support>(
            "ena_support", {.help = "turn enhanced networking (ENA) of the instance on or off"}
        ),
        option<&O::sriov_support>(
            "sriov_support", {.help = "turn enhanced networking of older instances (SR-IOV) on"}
        ),
        option<&O::ebs_volumes>("ebs_volumes", {.help = "volumes to make"}),
        option<&O::run_volume_tags>(
            "run_volume_tags", {.help = "tags of all volumes", .render = Render::at_run}
        ),
        option<&O::run_volume_tag>("run_volume_tag", {.help = "one of them as a block"}),
        spot_is_not_modified<O>(),
    });
    return table;
}

}  // namespace kiln::plan
