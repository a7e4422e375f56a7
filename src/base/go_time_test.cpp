#include "base/go_time.hpp"

#include <gtest/gtest.h>

namespace kiln {
namespace {

struct TimeCase {
    const char* format;
    const char* want;
};

// 2006-02-03 16:05:06.070 UTC, a Friday, day 34 of the year.
constexpr auto kTime =
    std::chrono::system_clock::time_point(std::chrono::milliseconds(1138982706070));

TEST(FormatGoTime, WritesByExample) {
    constexpr TimeCase kCases[] = {
        {"2006-01-02T15:04:05Z07:00", "2006-02-03T16:05:06Z"},
        {"20060102150405", "20060203160506"},
        {"2006-01-02T150405", "2006-02-03T160506"},
        {"Mon Jan _2 15:04:05 MST 2006", "Fri Feb  3 16:05:06 UTC 2006"},
        {"Monday, January 2, 06 3:04PM 03 pm -0700", "Friday, February 3, 06 4:05PM 04 pm +0000"},
        {"002 __2 -07:00 Z0700", "034  34 +00:00 Z"},
        {"05.000 05.999 05,00 05.0001", "06.070 06.07 06,07 06.0002"},
        {"Monkey Janet", "Monkey Janet"},
        {"", ""},
    };
    for (const TimeCase& c : kCases) {
        EXPECT_EQ(format_go_time(c.format, kTime), c.want) << c.format;
    }
}

TEST(FormatGoTime, TwelveOClock) {
    const auto midnight = std::chrono::system_clock::time_point(std::chrono::hours(24));
    EXPECT_EQ(format_go_time("3PM 03PM 15", midnight), "12AM 12AM 00");
    EXPECT_EQ(format_go_time("3PM", midnight + std::chrono::hours(12)), "12PM");
}

TEST(FormatStrftime, KnowsItsVerbsAndLeavesOthers) {
    constexpr TimeCase kCases[] = {
        {"%Y-%m-%d %H:%M:%S.%L", "2006-02-03 16:05:06.070"},
        {"%A %a %B %b %I %p %y %Z %z", "Friday Fri February Feb 04 PM 06 UTC +0000"},
        {"100%% %Q %", "100% %Q %"},
    };
    for (const TimeCase& c : kCases) {
        EXPECT_EQ(format_strftime(c.format, kTime), c.want) << c.format;
    }
}

}  // namespace
}  // namespace kiln
