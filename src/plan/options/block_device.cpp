#include "plan/options/block_device.hpp"

#include "plan/check.hpp"

namespace kiln::plan {

namespace {

void key_encrypts(const BlockDeviceOptions& device, const CheckContext& context) {
    if (device.kms_key_id && device.encrypted == false) {
        context.error("kms_key_id", "a volume with a key is encrypted", "set encrypted = true");
    }
}

std::string between(std::int64_t low, std::int64_t high) {
    return "between " + std::to_string(low) + " and " + std::to_string(high);
}

// Limits of the EC2 user guide, "Amazon EBS volume types".
struct IopsLimits {
    const char* volume_type;
    std::int64_t least, most;
    std::int64_t for_each_gib;  ///< 0: not bounded by the size
};
constexpr IopsLimits kIopsLimits[] = {
    {"io1", 100, 64000, 50}, {"io2", 100, 64000, 500}, {"gp3", 3000, 16000, 0}};

void iops_fit_the_volume(const BlockDeviceOptions& device, const CheckContext& context) {
    if (!device.iops) {
        return;
    }
    for (const IopsLimits& limits : kIopsLimits) {
        if (device.volume_type != limits.volume_type) {
            continue;
        }
        if (*device.iops < limits.least || *device.iops > limits.most) {
            context.error(
                "iops",
                "iops of " + *device.volume_type + " must be " +
                    between(limits.least, limits.most) + ", found " + std::to_string(*device.iops)
            );
        } else if (device.volume_size != 0 && limits.for_each_gib != 0 &&
                   *device.iops / device.volume_size > limits.for_each_gib) {
            context.error(
                "iops",
                std::to_string(*device.iops) + " iops are too many for " +
                    std::to_string(device.volume_size) + " GiB of " + *device.volume_type,
                "at most " + std::to_string(limits.for_each_gib) + " for each GiB"
            );
        }
    }
}

void throughput_is_of_gp3(const BlockDeviceOptions& device, const CheckContext& context) {
    constexpr std::int64_t kLeast = 125;
    constexpr std::int64_t kMost = 1000;
    if (!device.throughput) {
        return;
    }
    if (device.volume_type != "gp3") {
        context.error(
            "throughput", "throughput is of gp3 volumes only", "set volume_type = \"gp3\""
        );
    } else if (*device.throughput < kLeast || *device.throughput > kMost) {
        context.error(
            "throughput",
            "throughput must be " + between(kLeast, kMost) + ", found " +
                std::to_string(*device.throughput)
        );
    }
}

}  // namespace

const OptionTable& BlockDeviceOptions::options() {
    using O = BlockDeviceOptions;
    static const OptionTable table = OptionTable::of<O>({
        SharedTable{"block-device", "Volume"},
        option<&O::device_name>(
            "device_name", {.help = "name of the device, such as \"/dev/sda1\"", .required = true}
        ),
        option<&O::volume_size>(
            "volume_size", {.help = "size in GiB", .default_text = "the snapshot's"}
        ),
        option<&O::volume_type>(
            "volume_type",
            {.help = "kind of volume (gp3, gp2, io2, io1, st1, sc1, standard)",
             .default_text = "the account's"}
        ),
        option<&O::delete_on_termination>(
            "delete_on_termination", {.help = "remove the volume with the instance"}
        ),
        option<&O::encrypted>(
            "encrypted",
            {.help = "encrypt the volume",
             .default_text = "as the snapshot, or the account's default"}
        ),
        option<&O::kms_key_id>("kms_key_id", {.help = "key to encrypt with"}),
        option<&O::iops>("iops", {.help = "operations a second; io1, io2 and gp3 only"}),
        option<&O::throughput>("throughput", {.help = "MiB a second; gp3 only"}),
        option<&O::snapshot_id>("snapshot_id", {.help = "snapshot to start from"}),
        option<&O::no_device>("no_device", {.help = "leave a device of the source AMI out"}),
        option<&O::virtual_name>(
            "virtual_name", {.help = "instance store volume, such as \"ephemeral0\""}
        ),
        rule<&key_encrypts>("`kms_key_id` excludes `encrypted = false`."),
        rule<&iops_fit_the_volume>("`iops` is 100 to 64000 for io1 (at most 50 for each GiB) and "
                                   "io2 (at most 500), 3000 to 16000 for gp3."),
        rule<&throughput_is_of_gp3>("`throughput` is for gp3 only, 125 to 1000."),
    });
    return table;
}

}  // namespace kiln::plan
