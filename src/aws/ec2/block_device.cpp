#include "aws/ec2/block_device.hpp"

#include "aws/ec2/parameters.hpp"

namespace kiln::aws::ec2 {

namespace {

void add_volume(Parameters& parameters, const std::string& prefix, const BlockDevice& device) {
    add_bool(parameters, prefix + ".DeleteOnTermination", device.delete_on_termination);
    add_if(parameters, prefix + ".SnapshotId", device.snapshot_id);
    if (device.size_gib > 0) {
        parameters.emplace_back(prefix + ".VolumeSize", std::to_string(device.size_gib));
    }
    add_if(parameters, prefix + ".VolumeType", device.type);
    if (device.iops) {
        parameters.emplace_back(prefix + ".Iops", std::to_string(*device.iops));
    }
    if (device.throughput_mib_s) {
        parameters.emplace_back(prefix + ".Throughput", std::to_string(*device.throughput_mib_s));
    }
    if (device.encrypted) {
        add_bool(parameters, prefix + ".Encrypted", *device.encrypted);
    }
    add_if(parameters, prefix + ".KmsKeyId", device.kms_key_id);
}

}  // namespace

void add_block_devices(Parameters& parameters, const std::vector<BlockDevice>& devices) {
    for (std::size_t i = 0; i < devices.size(); ++i) {
        const BlockDevice& device = devices[i];
        const std::string prefix = "BlockDeviceMapping." + std::to_string(i + 1);
        parameters.emplace_back(prefix + ".DeviceName", device.device_name);
        if (device.no_device) {
            parameters.emplace_back(prefix + ".NoDevice", "");
        } else if (!device.virtual_name.empty()) {
            parameters.emplace_back(prefix + ".VirtualName", device.virtual_name);
        } else {
            add_volume(parameters, prefix + ".Ebs", device);
        }
    }
}

}  // namespace kiln::aws::ec2
