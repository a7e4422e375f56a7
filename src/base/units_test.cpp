#include "base/units.hpp"

#include <gtest/gtest.h>

namespace kiln {
namespace {

TEST(ParseSize, ReadsEveryCommonSpelling) {
    EXPECT_EQ(parse_size("512M"), 512 * kMiB);
    EXPECT_EQ(parse_size("8 GiB"), 8 * kGiB);
    EXPECT_EQ(parse_size("1.5g"), 3 * kGiB / 2);
    EXPECT_EQ(parse_size("100", kMiB), 100 * kMiB);
    EXPECT_EQ(parse_size("17b"), 17);
}

TEST(ParseSize, RefusesWhatIsNoSize) {
    for (const char* text : {"", "G", "-1G", "8X", "8GG", "1e3", "99999999999T", "8G foo"}) {
        SCOPED_TRACE(text);
        EXPECT_EQ(parse_size(text), std::nullopt);
    }
}

TEST(FormatBytes, UsesTheLargestUnit) {
    EXPECT_EQ(format_bytes(17), "17 B");
    EXPECT_EQ(format_bytes(512 * kKiB), "512 KiB");
    EXPECT_EQ(format_bytes(3 * kGiB / 2), "1.5 GiB");
}

}  // namespace
}  // namespace kiln
