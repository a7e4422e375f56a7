#pragma once

#include <optional>
#include <string>
#include <vector>

namespace kiln::image {

/// Whether a volume of a machine with hardware virtualization may have that name: "/dev/sdf",
/// "/dev/xvdf", "/dev/xvdba".
bool is_device_name(const std::string& name);

/// Whether an instance would have one device for both: the kernel calls /dev/sdf what EC2 calls
/// /dev/xvdf, and /dev/sda1 is the disk /dev/sda.
bool are_one_device(const std::string& a, const std::string& b);

/// The first of the names that are meant for data volumes, /dev/sdf to /dev/sdp, that `taken`
/// leaves; nothing when there is none.
std::optional<std::string> free_device_name(const std::vector<std::string>& taken);

}  // namespace kiln::image
