#include "hcl/timestamp.hpp"

#include "base/ascii.hpp"
#include "hcl/print.hpp"

#include <cassert>
#include <fmt/format.h>

namespace kiln::hcl {

namespace {

constexpr std::int64_t kSecondsPerDay = 86400;

constexpr std::string_view kMonths[] = {
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December"};
constexpr std::string_view kWeekdays[] = {
    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};

std::chrono::sys_days days_of(int year, int month, int day) {
    return std::chrono::year(year) / std::chrono::month(static_cast<unsigned>(month)) /
           std::chrono::day(static_cast<unsigned>(day));
}

int day_number(std::chrono::sys_days day) {
    return static_cast<int>(day.time_since_epoch().count());
}

/// ISO 8601: a week belongs to the year that its Thursday lies in.
void set_iso_week(CivilTime& civil, std::chrono::sys_days day) {
    const int days_since_monday = (civil.weekday + 6) % 7;
    const std::chrono::sys_days thursday = day + std::chrono::days(3 - days_since_monday);
    civil.iso_year = static_cast<int>(std::chrono::year_month_day(thursday).year());
    civil.iso_week = (day_number(thursday) - day_number(days_of(civil.iso_year, 1, 1))) / 7 + 1;
}

/// Reads fixed fields from the front of a text; the first one that is wrong names itself.
class FieldReader {
public:
    explicit FieldReader(std::string_view text) : rest_(text) {}

    /// `least` to `most` digits whose number is within the bounds.
    int number(const char* name, std::size_t least, std::size_t most, int low, int high) {
        int value = 0;
        std::size_t digits = 0;
        while (digits < most && digits < rest_.size() && is_digit(rest_[digits])) {
            value = value * 10 + (rest_[digits++] - '0');
        }
        if (digits < least || value < low || value > high) {
            fail(fmt::format("the {} is wrong at {}", name, quote_briefly(rest_)));
        }
        rest_.remove_prefix(digits);
        return value;
    }

    void expect(char c, const char* place) {
        if (!accept(c)) {
            fail(fmt::format("\"{}\" is missing {}", c, place));
        }
    }

    bool accept(char c) {
        const bool found = rest_.starts_with(c);
        rest_.remove_prefix(found ? 1 : 0);
        return found;
    }

    /// Digits of a fraction, as nanoseconds.
    std::int32_t fraction() {
        std::int32_t nanoseconds = 0;
        std::int32_t place = 100'000'000;
        bool any = false;
        for (; !rest_.empty() && is_digit(rest_.front()); rest_.remove_prefix(1), any = true) {
            nanoseconds += place * (rest_.front() - '0');
            place /= 10;
        }
        if (!any) {
            fail("the fraction of the second has no digits");
        }
        return nanoseconds;
    }

    bool at_end() const { return rest_.empty(); }
    void fail(const std::string& message) {
        if (error_.empty()) {
            error_ = message;
        }
    }
    const std::string& error() const { return error_; }

private:
    std::string_view rest_;
    std::string error_;
};

struct Date {
    int year = 0;
    int month = 0;
    int day = 0;
};

Date read_date(FieldReader& reader, std::size_t least_digits) {
    Date date;
    date.year = reader.number("year", 4, 4, 0, 9999);
    reader.expect('-', "after the year");
    date.month = reader.number("month", least_digits, 2, 1, 12);
    reader.expect('-', "after the month");
    date.day = reader.number("day", least_digits, 2, 1, 31);
    const std::chrono::year_month_day whole(
        std::chrono::year(date.year),
        std::chrono::month(static_cast<unsigned>(date.month)),
        std::chrono::day(static_cast<unsigned>(date.day))
    );
    if (!whole.ok()) {
        reader.fail("the month has no such day");
    }
    return date;
}

/// Time of day in seconds; the fraction goes to `nanoseconds`.
std::int64_t read_time(FieldReader& reader, std::size_t least, std::int32_t& nanoseconds) {
    const int hour = reader.number("hour", least, 2, 0, 23);
    reader.expect(':', "after the hour");
    const int minute = reader.number("minute", least, 2, 0, 59);
    reader.expect(':', "after the minute");
    const int second = reader.number("second", least, 2, 0, 59);
    if (reader.accept('.')) {
        nanoseconds = reader.fraction();
    }
    return hour * 3600 + minute * 60 + second;
}

std::int32_t read_offset(FieldReader& reader) {
    if (reader.accept('Z')) {
        return 0;
    }
    const bool west = reader.accept('-');
    if (!west && !reader.accept('+')) {
        reader.fail("the zone is missing (\"Z\" or \"+01:00\")");
        return 0;
    }
    const int hours = reader.number("zone's hour", 2, 2, 0, 23);
    reader.expect(':', "after the zone's hour");
    const int minutes = reader.number("zone's minute", 2, 2, 0, 59);
    return (west ? -1 : 1) * (hours * 3600 + minutes * 60);
}

Timestamp make_timestamp(
    const Date& date, std::int64_t time, std::int32_t nanoseconds, std::int32_t offset
) {
    const std::int64_t days = day_number(days_of(date.year, date.month, date.day));
    return {days * kSecondsPerDay + time - offset, nanoseconds, offset};
}

}  // namespace

CivilTime civil_time(const Timestamp& timestamp) {
    const std::chrono::seconds local(timestamp.seconds + timestamp.offset);
    const std::chrono::sys_days day(std::chrono::floor<std::chrono::days>(local));
    const std::chrono::year_month_day date(day);
    const auto time = static_cast<int>((local - day.time_since_epoch()).count());
    CivilTime civil;
    civil.year = static_cast<int>(date.year());
    civil.month = static_cast<int>(static_cast<unsigned>(date.month()));
    civil.day = static_cast<int>(static_cast<unsigned>(date.day()));
    civil.hour = time / 3600;
    civil.minute = time / 60 % 60;
    civil.second = time % 60;
    civil.weekday = static_cast<int>(std::chrono::weekday(day).c_encoding());
    civil.year_day = day_number(day) - day_number(days_of(civil.year, 1, 1)) + 1;
    set_iso_week(civil, day);
    return civil;
}

Timestamp to_timestamp(std::chrono::system_clock::time_point time) {
    const auto since =
        std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch());
    const auto seconds = std::chrono::floor<std::chrono::seconds>(since);
    return {seconds.count(), static_cast<std::int32_t>((since - seconds).count()), 0};
}

ParsedTimestamp parse_rfc3339(std::string_view text, char separator) {
    FieldReader reader(text);
    const Date date = read_date(reader, 2);
    if (!reader.accept(separator)) {
        reader.expect('T', "between date and time");
    }
    std::int32_t nanoseconds = 0;
    const std::int64_t time = read_time(reader, 2, nanoseconds);
    const std::int32_t offset = read_offset(reader);
    if (!reader.at_end()) {
        reader.fail("something follows the zone");
    }
    if (!reader.error().empty()) {
        return {
            std::nullopt,
            fmt::format("{} is no RFC 3339 timestamp: {}", quote_briefly(text), reader.error())};
    }
    return {make_timestamp(date, time, nanoseconds, offset), {}};
}

std::optional<Timestamp> parse_yaml_timestamp(std::string_view text) {
    FieldReader reader(text);
    const Date date = read_date(reader, 1);
    std::int64_t time = 0;
    std::int32_t nanoseconds = 0;
    std::int32_t offset = 0;
    if (reader.accept('T') || reader.accept('t')) {
        time = read_time(reader, 1, nanoseconds);
        offset = read_offset(reader);
    } else if (reader.accept(' ')) {
        time = read_time(reader, 1, nanoseconds);
    }
    if (!reader.error().empty() || !reader.at_end()) {
        return std::nullopt;
    }
    return make_timestamp(date, time, nanoseconds, offset);
}

std::string format_offset(std::int32_t offset, std::string_view separator) {
    const int minutes = (offset < 0 ? -offset : offset) / 60;
    return fmt::format(
        "{}{:02}{}{:02}", offset < 0 ? '-' : '+', minutes / 60, separator, minutes % 60
    );
}

std::string format_rfc3339(const Timestamp& timestamp) {
    const CivilTime civil = civil_time(timestamp);
    return fmt::format(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{}",
        civil.year,
        civil.month,
        civil.day,
        civil.hour,
        civil.minute,
        civil.second,
        timestamp.offset == 0 ? "Z" : format_offset(timestamp.offset, ":")
    );
}

std::string_view month_name(int month) {
    assert(month >= 1 && month <= 12);
    return kMonths[month - 1];
}

std::string_view weekday_name(int weekday) {
    assert(weekday >= 0 && weekday <= 6);
    return kWeekdays[weekday];
}

}  // namespace kiln::hcl
