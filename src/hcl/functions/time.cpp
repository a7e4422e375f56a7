#include "base/duration.hpp"
#include "base/go_time.hpp"
#include "hcl/functions/date_format.hpp"
#include "hcl/functions/library.hpp"
#include "hcl/print.hpp"
#include "hcl/timestamp.hpp"

#include <utility>

namespace kiln::hcl::functions {

namespace {

constexpr std::int64_t kNanoseconds = 1'000'000'000;

CallResult timestamp(const FunctionEnvironment& environment) {
    if (!environment.now) {
        return fail("timestamp() has no clock here");
    }
    return text_value(format_rfc3339(to_timestamp(environment.now())));
}

CallResult timeadd(const Arguments& arguments) {
    const ParsedTimestamp parsed = parse_rfc3339(arguments[0].as_string());
    if (!parsed.timestamp) {
        return fail_at(0, parsed.error);
    }
    const auto duration = parse_go_duration(arguments[1].as_string());
    if (!duration) {
        return fail_at(
            1,
            quote_briefly(arguments[1].as_string()) +
                " is no duration such as \"1h5m\" or \"300ms\""
        );
    }
    Timestamp sum = *parsed.timestamp;
    std::int64_t rest = duration->count() % kNanoseconds + sum.nanoseconds;
    const std::int64_t carry = rest < 0 ? -1 : rest / kNanoseconds;
    sum.seconds += duration->count() / kNanoseconds + carry;
    sum.nanoseconds = static_cast<std::int32_t>(rest - carry * kNanoseconds);
    return text_value(format_rfc3339(sum));
}

CallResult formatdate(const Arguments& arguments) {
    const ParsedTimestamp parsed = parse_rfc3339(arguments[1].as_string());
    if (!parsed.timestamp) {
        return fail_at(1, parsed.error);
    }
    const FormattedDate date = format_date(arguments[0].as_string(), *parsed.timestamp);
    return date.error.empty() ? CallResult(text_value(date.text)) : fail_at(0, date.error);
}

/// What rfc3339_parse() and unix_timestamp_parse() tell of a moment, in its own zone.
Members describe(const Timestamp& timestamp) {
    const CivilTime civil = civil_time(timestamp);
    return {
        {"year", number_value(civil.year)},
        {"year_day", number_value(civil.year_day)},
        {"day", number_value(civil.day)},
        {"month", number_value(civil.month)},
        {"month_name", text_value(month_name(civil.month))},
        {"weekday", number_value(civil.weekday)},
        {"weekday_name", text_value(weekday_name(civil.weekday))},
        {"hour", number_value(civil.hour)},
        {"minute", number_value(civil.minute)},
        {"second", number_value(civil.second)},
        {"iso_year", number_value(civil.iso_year)},
        {"iso_week", number_value(civil.iso_week)},
    };
}

CallResult rfc3339_parse(const Arguments& arguments) {
    const ParsedTimestamp parsed = parse_rfc3339(arguments[0].as_string(), ' ');
    if (!parsed.timestamp) {
        return fail_at(0, parsed.error);
    }
    Members members = describe(*parsed.timestamp);
    members["unix"] = number_value(parsed.timestamp->seconds);
    return Value::object(std::move(members));
}

CallResult unix_timestamp_parse(const Arguments& arguments) {
    // The years that RFC 3339 can write, 0000 to 9999.
    constexpr std::int64_t kFirst = -62'167'219'200;
    constexpr std::int64_t kLast = 253'402'300'799;
    const auto seconds = whole(arguments[0]);
    if (!seconds || *seconds < kFirst || *seconds > kLast) {
        return fail_at(0, "a whole number of seconds within the years 0 to 9999 is required");
    }
    const Timestamp timestamp{*seconds, 0, 0};
    Members members = describe(timestamp);
    members["rfc3339"] = text_value(format_rfc3339(timestamp));
    return Value::object(std::move(members));
}

/// A function of the run's start with an optional format.
Function start_time_function(
    std::string name,
    std::string_view default_format,
    std::string (*format)(std::string_view, std::chrono::system_clock::time_point),
    std::chrono::system_clock::time_point start
) {
    const std::string called = name;
    const auto implementation = [=](const Arguments& arguments) -> CallResult {
        if (arguments.size() > 1) {
            return fail(called + "() takes at most one argument");
        }
        const std::string_view given =
            arguments.empty() ? default_format : arguments[0].as_string();
        return text_value(format(given, start));
    };
    return make_variadic(std::move(name), {}, text("format"), Type::string(), implementation);
}

}  // namespace

void add_time_functions(FunctionTable& table, const FunctionEnvironment& environment) {
    const Type string = Type::string();
    table.add(make_function("timestamp", {}, string, [environment](const Arguments&) {
        return timestamp(environment);
    }));
    table.add(make_function("timeadd", {text("timestamp"), text("duration")}, string, timeadd));
    table.add(make_function("formatdate", {text("format"), text("time")}, string, formatdate));
    table.add(make_function("rfc3339_parse", {text("timestamp")}, Type::dynamic(), rfc3339_parse));
    table.add(make_function(
        "unix_timestamp_parse", {number("unix_timestamp")}, Type::dynamic(), unix_timestamp_parse
    ));
    const auto start = environment.start_time;
    table.add(start_time_function("legacy_isotime", kRfc3339Layout, format_go_time, start));
    table.add(start_time_function("legacy_strftime", "", format_strftime, start));
}

}  // namespace kiln::hcl::functions
