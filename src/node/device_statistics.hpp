#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

namespace kiln::node {

/// A network driver's own counters, by name: what `ethtool -S` shows.
using DeviceStatistics = std::map<std::string, std::uint64_t>;
using ReadDeviceStatistics = std::function<DeviceStatistics(const std::string& interface)>;

/// Asks the driver of the running kernel. Empty when the interface is gone or its driver counts
/// nothing.
DeviceStatistics read_device_statistics(const std::string& interface);

}  // namespace kiln::node
