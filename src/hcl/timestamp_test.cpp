#include "hcl/timestamp.hpp"

#include <gtest/gtest.h>

namespace kiln::hcl {
namespace {

TEST(Rfc3339, ReadsTimeZoneAndFraction) {
    EXPECT_EQ(parse_rfc3339("1970-01-01T00:00:00Z").timestamp, (Timestamp{0, 0, 0}));
    EXPECT_EQ(
        parse_rfc3339("2018-01-02T03:04:05.25+02:00").timestamp,
        (Timestamp{1514855045, 250000000, 7200})
    );
    EXPECT_EQ(parse_rfc3339("2018-01-02 03:04:05Z", ' ').timestamp, (Timestamp{1514862245, 0, 0}));
    EXPECT_EQ(
        parse_rfc3339("2018-01-02T03:04:05Zx").error,
        R"("2018-01-02T03:04:05Zx" is no RFC 3339 timestamp: something follows the zone)"
    );
    EXPECT_EQ(
        parse_rfc3339("2018-01-02T03:04:05.Z").error,
        R"("2018-01-02T03:04:05.Z" is no RFC 3339 timestamp: the fraction of the second has no digits)"
    );
}

TEST(Rfc3339, GoesThereAndBack) {
    for (const char* text :
         {"2018-01-02T03:04:05Z",
          "2016-02-29T23:59:59-07:30",
          "0000-01-01T00:00:00Z",
          "9999-12-31T23:59:59Z",
          "1969-12-31T23:59:59Z"}) {
        EXPECT_EQ(format_rfc3339(*parse_rfc3339(text).timestamp), text);
    }
}

struct WeekCase {
    const char* text;
    int iso_year;
    int iso_week;
    int year_day;
    int weekday;
};

// Around turns of the year, where the years of the week and of the day differ.
constexpr WeekCase kWeekCases[] = {
    {"2018-01-01T00:00:00Z", 2018, 1, 1, 1},
    {"2016-01-03T00:00:00Z", 2015, 53, 3, 0},
    {"2018-12-31T00:00:00Z", 2019, 1, 365, 1},
    {"2020-12-31T00:00:00Z", 2020, 53, 366, 4},
    {"2021-01-03T00:00:00Z", 2020, 53, 3, 0},
};

TEST(CivilTime, KnowsTheIsoWeek) {
    for (const WeekCase& c : kWeekCases) {
        SCOPED_TRACE(c.text);
        const CivilTime civil = civil_time(*parse_rfc3339(c.text).timestamp);
        EXPECT_EQ(civil.iso_year, c.iso_year);
        EXPECT_EQ(civil.iso_week, c.iso_week);
        EXPECT_EQ(civil.year_day, c.year_day);
        EXPECT_EQ(civil.weekday, c.weekday);
    }
}

TEST(CivilTime, IsThatOfTheZone) {
    const CivilTime civil = civil_time({0, 0, -3600});
    EXPECT_EQ(civil, (CivilTime{1969, 12, 31, 23, 0, 0, 3, 365, 1970, 1}));
}

TEST(YamlTimestamp, TakesShortForms) {
    EXPECT_EQ(parse_yaml_timestamp("2001-1-1"), (Timestamp{978307200, 0, 0}));
    EXPECT_EQ(parse_yaml_timestamp("2001-01-01 1:02:03"), (Timestamp{978310923, 0, 0}));
    EXPECT_EQ(parse_yaml_timestamp("2001-01-01t00:00:00-05:00"), (Timestamp{978325200, 0, -18000}));
    EXPECT_EQ(parse_yaml_timestamp("2001-01-01T00:00:00"), std::nullopt);
    EXPECT_EQ(parse_yaml_timestamp("2001-13-01"), std::nullopt);
    EXPECT_EQ(parse_yaml_timestamp("2001-02-30"), std::nullopt);
    EXPECT_EQ(parse_yaml_timestamp("1.2.3"), std::nullopt);
}

TEST(Timestamp, ComesFromTheClock) {
    const std::chrono::system_clock::time_point before_epoch(std::chrono::milliseconds(-250));
    EXPECT_EQ(to_timestamp(before_epoch), (Timestamp{-1, 750000000, 0}));
}

}  // namespace
}  // namespace kiln::hcl
