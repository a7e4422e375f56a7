#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace kiln::image {

using Time = std::chrono::system_clock::time_point;

/// "90d", "12h", "2w", "1y" (365 days): a whole number and a unit. Nothing for another text, and
/// for more than a thousand years.
std::optional<std::chrono::seconds> parse_age(std::string_view text);

/// As EC2 writes a time, "2026-11-21T03:58:53.000Z"; a date alone is its midnight in UTC. Nothing
/// for "", and for another text.
std::optional<Time> parse_time(std::string_view text);

/// "3 y", "14 d", "5 h", "2 min": the largest unit of which there is one.
std::string age_text(std::chrono::seconds age);

/// "2026-11-21T03:58:53Z".
std::string time_text(Time time);
/// "2026-11-21": the day of a time as EC2 writes it, or `text` itself when it is none.
std::string day_text(std::string_view text);

}  // namespace kiln::image
