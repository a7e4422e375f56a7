#pragma once

#include "aws/service_call.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace kiln::aws::ec2 {

/// A block device mapping as EC2 is asked for it.
struct BlockDevice {
    std::string device_name;   ///< "/dev/xvda"
    std::string virtual_name;  ///< "ephemeral0": an instance store volume; then nothing else counts
    bool no_device = false;    ///< the source image's mapping of this name is left out
    std::string snapshot_id;
    std::int64_t size_gib = 0;  ///< 0: as the snapshot
    std::string type;           ///< "gp3"; "" is EC2's choice
    std::optional<std::int64_t> iops;
    std::optional<std::int64_t> throughput_mib_s;
    std::optional<bool> encrypted;
    std::string kms_key_id;
    bool delete_on_termination = true;

    bool operator==(const BlockDevice&) const = default;
};

/// "BlockDeviceMapping.1.DeviceName", "BlockDeviceMapping.1.Ebs.VolumeSize", ...
void add_block_devices(Parameters& parameters, const std::vector<BlockDevice>& devices);

}  // namespace kiln::aws::ec2
