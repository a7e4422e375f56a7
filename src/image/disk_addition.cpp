#include "image/disk_addition.hpp"

#include "base/error.hpp"
#include "image/change.hpp"
#include "image/device_names.hpp"
#include "image/prune.hpp"

#include <algorithm>

namespace kiln::image {

namespace {

namespace ec2 = aws::ec2;

Error can_not_register(const ec2::Image& image, const std::string& why, const std::string& hint) {
    Error error(
        ErrorKind::unsupported, "no AMI can be made of the snapshots of " + image.id + ": " + why
    );
    error.set_hint(hint);
    return error;
}

void check_source(const ec2::Image& image) {
    const std::string by_instance =
        "start an instance of it and make the AMI by CreateImage, as a build with source_ami does";
    if (image.state != "available" && image.state != "disabled") {
        throw can_not_register(image, "it is " + image.state, "");
    }
    if (image.root_device_type != "ebs") {
        throw can_not_register(
            image, "its root is an instance store (" + image.root_device_type + ")", ""
        );
    }
    if (!image.virtualization_type.empty() && image.virtualization_type != "hvm") {
        throw can_not_register(
            image, "it is " + image.virtualization_type + ", and kiln registers hvm alone", ""
        );
    }
    // (EC2 User Guide, "Create an AMI from a snapshot": billing information gets lost.)
    if (image.has_product_codes) {
        throw can_not_register(image, "it has product codes, which would be lost", by_instance);
    }
    if (!image.platform_details.empty() && image.platform_details != "Linux/UNIX") {
        throw can_not_register(
            image,
            "it is billed as " + image.platform_details + ", and registering loses that",
            by_instance
        );
    }
}

ec2::BlockDevice device_of(const ec2::ImageDevice& mapped) {
    ec2::BlockDevice device;
    device.device_name = mapped.device_name;
    device.virtual_name = mapped.virtual_name;
    device.snapshot_id = mapped.snapshot_id;
    device.size_gib = mapped.size_gib;
    device.type = mapped.volume_type;
    // EC2 tells the iops of gp2 as well, which it does not take.
    const bool has_iops = mapped.volume_type == "gp3" || mapped.volume_type.starts_with("io");
    if (has_iops && mapped.iops > 0) {
        device.iops = mapped.iops;
    }
    if (mapped.throughput_mib_s > 0) {
        device.throughput_mib_s = mapped.throughput_mib_s;
    }
    // A snapshot's own encryption decides, and EC2 takes no other word.
    if (mapped.snapshot_id.empty() && mapped.encrypted) {
        device.encrypted = true;
    }
    device.delete_on_termination = mapped.delete_on_termination;
    return device;
}

/// Adds disks to the devices that are there.
class DiskAdder {
public:
    DiskAdder(
        const Inventory& inventory, const OwnImage& source, std::vector<ec2::BlockDevice>& devices
    )
        : inventory_(inventory), source_(source), devices_(devices) {
        for (const ec2::BlockDevice& device : devices_) {
            taken_.push_back(device.device_name);
        }
    }

    void add_all(const std::vector<DiskWish>& disks) {
        // Names that are asked for first: a chosen one shall not take them away.
        for (const DiskWish& disk : disks) {
            if (!disk.device_name.empty()) {
                take_name(disk);
            }
        }
        for (const DiskWish& disk : disks) {
            devices_.push_back(device_for(disk));
        }
    }

private:
    void take_name(const DiskWish& disk) {
        const auto found =
            std::find_if(taken_.begin(), taken_.end(), [&](const std::string& taken) {
                return are_one_device(taken, disk.device_name);
            });
        if (found != taken_.end()) {
            refuse_disk(
                disk.text,
                disk.device_name + " is in use" +
                    (*found == disk.device_name ? "" : ", as " + *found),
                "leave device out, and kiln takes the next that is free"
            );
        }
        taken_.push_back(disk.device_name);
    }

    std::string chosen_name(const DiskWish& disk) {
        const auto name = free_device_name(taken_);
        if (!name) {
            refuse_disk(
                disk.text,
                "no name from /dev/sdf to /dev/sdp is free",
                "name a device outside of them: device=/dev/xvdba"
            );
        }
        taken_.push_back(*name);
        return *name;
    }

    ec2::BlockDevice device_for(const DiskWish& disk) {
        ec2::BlockDevice device;
        VolumeShape volume = disk.volume;
        if (!disk.snapshot_id.empty()) {
            const ec2::Snapshot& snapshot = snapshot_of(disk);
            if (volume.size_gib == 0) {
                volume.size_gib = snapshot.size_gib;
            }
            check_against(snapshot, disk, volume);
        }
        if (const std::string mistake = volume_mistake(volume); !mistake.empty()) {
            refuse_disk(disk.text, mistake);
        }
        device.device_name = disk.device_name.empty() ? chosen_name(disk) : disk.device_name;
        device.snapshot_id = disk.snapshot_id;
        device.size_gib = volume.size_gib;
        device.type = volume.type;
        device.iops = volume.iops;
        device.throughput_mib_s = volume.throughput_mib_s;
        if (disk.encrypted && disk.snapshot_id.empty()) {
            device.encrypted = true;
        }
        device.delete_on_termination = !disk.is_kept;
        return device;
    }

    const ec2::Snapshot& snapshot_of(const DiskWish& disk) const {
        for (const RegionHoldings& holdings : inventory_.regions) {
            for (const ec2::Snapshot& snapshot : holdings.snapshots) {
                if (snapshot.id != disk.snapshot_id) {
                    continue;
                }
                if (holdings.region != source_.region) {
                    refuse_disk(
                        disk.text,
                        snapshot.id + " is in " + holdings.region + ", and the AMI in " +
                            source_.region,
                        "copy the snapshot there"
                    );
                }
                return snapshot;
            }
        }
        refuse_disk(
            disk.text,
            "account " + inventory_.account + " has no snapshot " + disk.snapshot_id + " in " +
                source_.region,
            "kiln snapshot list shows what there is; one of another account has to be copied first"
        );
    }

    static void check_against(
        const ec2::Snapshot& snapshot, const DiskWish& disk, const VolumeShape& volume
    ) {
        if (snapshot.state != "completed") {
            refuse_disk(disk.text, snapshot.id + " is " + snapshot.state + ", not completed");
        }
        if (snapshot.tier == "archive") {
            refuse_disk(disk.text, snapshot.id + " is archived", "restore it first");
        }
        if (volume.size_gib < snapshot.size_gib) {
            refuse_disk(
                disk.text,
                "a size of " + std::to_string(volume.size_gib) +
                    " GiB is smaller than the snapshot (" + std::to_string(snapshot.size_gib) +
                    " GiB)",
                "use " + std::to_string(snapshot.size_gib) + " or more, or leave size out"
            );
        }
        if (disk.encrypted && !snapshot.encrypted) {
            refuse_disk(
                disk.text,
                snapshot.id + " is not encrypted, and a disk of it is as the snapshot",
                "copy the snapshot encrypted, and add that one"
            );
        }
    }

    const Inventory& inventory_;
    const OwnImage& source_;
    std::vector<ec2::BlockDevice>& devices_;
    std::vector<std::string> taken_;
};

}  // namespace

DiskAddition plan_disk_addition(
    const Inventory& inventory,
    const OwnImage& source,
    const DiskAdditionWish& wish,
    const std::string& uefi_data
) {
    const ec2::Image& image = *source.image;
    check_source(image);
    DiskAddition plan{.region = source.region, .source_id = image.id, .registration = {}};
    plan.registration = {
        .name = wish.name,
        .description = wish.description.empty() ? image.description : wish.description,
        .architecture = image.architecture,
        .root_device_name = image.root_device_name,
        .devices = {},
        .virtualization_type = "hvm",
        .boot_mode = image.boot_mode,
        .uefi_data = uefi_data,
        .tpm_support = image.tpm_support,
        .imds_support = image.imds_support,
        .ena_support = image.ena_support,
        .sriov_support = image.sriov_net_support == "simple",
        .image_tags = without_marks(image.tags)};
    plan.registration.image_tags.erase(kPruneAfterTag);  // the source's end is not its own
    plan.registration.image_tags[kMadeFromTag] = image.id;
    for (const auto& [key, value] : wish.tags) {
        plan.registration.image_tags[key] = value;
    }
    for (const ec2::ImageDevice& mapped : image.devices) {
        plan.registration.devices.push_back(device_of(mapped));
    }
    plan.kept_devices = plan.registration.devices.size();
    DiskAdder(inventory, source, plan.registration.devices).add_all(wish.disks);
    return plan;
}

}  // namespace kiln::image
