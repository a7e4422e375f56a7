#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace kiln {

/// A point of time in UTC, written by an example as Go does: "2006-01-02T15:04:05Z07:00",
/// "Jan _2 3:04PM". Other letters stay.
std::string format_go_time(std::string_view layout, std::chrono::system_clock::time_point time);

/// Go's layout of RFC 3339.
inline constexpr std::string_view kRfc3339Layout = "2006-01-02T15:04:05Z07:00";

/// A point of time in UTC by strftime verbs: %A %a %B %b %d %H %I %L %M %m %p %S %Y %y %Z %z %%.
/// Other verbs stay as they are.
std::string format_strftime(std::string_view format, std::chrono::system_clock::time_point time);

}  // namespace kiln
