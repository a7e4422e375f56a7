#include "image/times.hpp"

#include <gtest/gtest.h>

namespace kiln::image {
namespace {

using namespace std::chrono_literals;

TEST(Ages, AreANumberAndAUnit) {
    EXPECT_EQ(parse_age("90d"), 90 * 24h);
    EXPECT_EQ(parse_age("2w"), 14 * 24h);
    EXPECT_EQ(parse_age("12h"), 12h);
    EXPECT_EQ(parse_age("5m"), 5min);
    EXPECT_EQ(parse_age("1y"), 365 * 24h);
    EXPECT_EQ(parse_age("0d"), 0s);
    for (const char* text :
         {"", "d", "90", "-1d", "1.5d", "1 d", "1d2h", "99999999999999999999d", "2000y"}) {
        EXPECT_EQ(parse_age(text), std::nullopt) << text;
    }
}

TEST(Ages, AreShownInTheirLargestUnit) {
    EXPECT_EQ(age_text(400 * 24h), "1 y");
    EXPECT_EQ(age_text(36h), "1 d");
    EXPECT_EQ(age_text(90min), "1 h");
    EXPECT_EQ(age_text(30s), "0 min");
    EXPECT_EQ(age_text(-30s), "0 min") << "a clock that is behind";
}

TEST(Times, AreReadAsEc2WritesThem) {
    EXPECT_EQ(time_text(parse_time("2026-11-21T03:58:53.000Z").value()), "2026-11-21T03:58:53Z");
    EXPECT_EQ(time_text(parse_time("2026-11-21").value()), "2026-11-21T00:00:00Z");
    EXPECT_EQ(parse_time(""), std::nullopt);
    EXPECT_EQ(parse_time("soon"), std::nullopt);
    EXPECT_EQ(parse_time("9999-01-01T00:00:00Z"), std::nullopt) << "no clock reaches it";
    EXPECT_EQ(day_text("2026-11-21T23:59:59Z"), "2026-11-21");
    EXPECT_EQ(day_text("soon"), "soon");
}

}  // namespace
}  // namespace kiln::image
