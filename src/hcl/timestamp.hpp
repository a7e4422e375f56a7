#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kiln::hcl {

/// A moment and the zone it is told in.
struct Timestamp {
    std::int64_t seconds = 0;      ///< since 1970-01-01 UTC, without leap seconds
    std::int32_t nanoseconds = 0;  ///< 0 to 999999999
    std::int32_t offset = 0;       ///< seconds east of UTC

    bool operator==(const Timestamp&) const = default;
};

/// What a clock and a calendar show for a timestamp in its own zone.
struct CivilTime {
    int year = 1970;
    int month = 1;     ///< 1 to 12
    int day = 1;       ///< 1 to 31
    int hour = 0;      ///< 0 to 23
    int minute = 0;    ///< 0 to 59
    int second = 0;    ///< 0 to 59
    int weekday = 0;   ///< 0 (Sunday) to 6
    int year_day = 1;  ///< 1 to 366
    int iso_year = 1970;
    int iso_week = 1;  ///< 1 to 53

    bool operator==(const CivilTime&) const = default;
};

CivilTime civil_time(const Timestamp& timestamp);

Timestamp to_timestamp(std::chrono::system_clock::time_point time);  ///< in UTC

/// A timestamp or why there is none.
struct ParsedTimestamp {
    std::optional<Timestamp> timestamp;
    std::string error;
};

/// "2018-01-02T23:12:01Z", "2018-01-02T23:12:01.5+02:00"; `separator` may stand besides "T".
ParsedTimestamp parse_rfc3339(std::string_view text, char separator = 'T');

/// The forms that YAML takes for a timestamp: a date alone, a time without a zone after a blank,
/// RFC 3339; months, days and times may have one digit.
std::optional<Timestamp> parse_yaml_timestamp(std::string_view text);

/// "2018-01-02T23:12:01Z", without a fraction of the second.
std::string format_rfc3339(const Timestamp& timestamp);

/// "+02:00", or with another separator "+0200".
std::string format_offset(std::int32_t offset, std::string_view separator);

std::string_view month_name(int month);      ///< "January" for 1
std::string_view weekday_name(int weekday);  ///< "Sunday" for 0

}  // namespace kiln::hcl
