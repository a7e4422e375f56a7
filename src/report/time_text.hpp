#pragma once

#include <chrono>
#include <string>

namespace kiln::report {

/// Where listeners get the time from.
using WallTime = std::chrono::system_clock::time_point;

/// "2026-11-21T03:58:53Z", "2026-11-21T04:58:53+01:00": RFC 3339 in the zone of TZ, whole seconds.
std::string rfc3339_local(WallTime time);
/// "2026/11/21 03:58:53": as Packer's log has it.
std::string log_time(WallTime time);
/// Seconds since 1970.
std::string unix_seconds(WallTime time);

}  // namespace kiln::report
