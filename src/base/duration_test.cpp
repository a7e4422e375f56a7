#include "base/duration.hpp"

#include <gtest/gtest.h>

namespace kiln {
namespace {

using namespace std::chrono_literals;

TEST(ParseGoDuration, ReadsGoSyntax) {
    EXPECT_EQ(parse_go_duration("1h5m"), 65min);
    EXPECT_EQ(parse_go_duration("300ms"), 300ms);
    EXPECT_EQ(parse_go_duration("1.5h"), 90min);
    EXPECT_EQ(parse_go_duration("-2s"), -2s);
    EXPECT_EQ(parse_go_duration("0"), 0s);
    EXPECT_EQ(parse_go_duration("5\xC2\xB5s"), 5us);
}

TEST(ParseGoDuration, RefusesBareNumbersAndNonsense) {
    for (const char* text : {"", "5", "m", "1x", "1h 5m", "-", ".s", "99999999999h"}) {
        SCOPED_TRACE(text);
        EXPECT_EQ(parse_go_duration(text), std::nullopt);
    }
}

TEST(FormatGoDuration, PrintsAsGoDoes) {
    EXPECT_EQ(format_go_duration(65min), "1h5m0s");
    EXPECT_EQ(format_go_duration(300ms), "300ms");
    EXPECT_EQ(format_go_duration(1500ms), "1.5s");
    EXPECT_EQ(format_go_duration(5min + 3200ns), "5m0.0000032s");
    EXPECT_EQ(format_go_duration(16ms + 384001ns), "16.384001ms");
    EXPECT_EQ(format_go_duration(59s + 999999999ns), "59.999999999s");
    EXPECT_EQ(format_go_duration(0s), "0s");
    EXPECT_EQ(format_go_duration(-90s), "-1m30s");
}

TEST(FormatDurationWords, PrintsTheTwoLargestUnits) {
    EXPECT_EQ(format_duration_words(64min + 3s), "1 hour 4 minutes");
    EXPECT_EQ(format_duration_words(8ms + 143us), "8 milliseconds 143 microseconds");
    EXPECT_EQ(format_duration_words(1min), "1 minute");
    EXPECT_EQ(format_duration_words(24h + 5s), "1 day 5 seconds");
}

}  // namespace
}  // namespace kiln
