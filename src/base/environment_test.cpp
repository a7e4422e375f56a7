#include "base/environment.hpp"

#include "base/error.hpp"

#include <gtest/gtest.h>

namespace kiln {
namespace {

TEST(Environment, UnsetIsNotEmpty) {
    const Environment environment = {{"A", "a"}, {"EMPTY", ""}};
    EXPECT_EQ(variable(environment, "A", "other"), "a");
    EXPECT_EQ(variable(environment, "EMPTY", "other"), "");
    EXPECT_EQ(variable(environment, "B", "other"), "other");
    EXPECT_EQ(variable(environment, "B"), "");
}

TEST(Environment, TheSourceDateIsSeconds) {
    EXPECT_EQ(source_date_epoch({}), std::nullopt);
    EXPECT_EQ(source_date_epoch({{"SOURCE_DATE_EPOCH", ""}}), std::nullopt);
    EXPECT_EQ(source_date_epoch({{"SOURCE_DATE_EPOCH", "1700000000"}}), 1700000000);
    for (const char* wrong : {"-1", "1.5", "now", " 1", "99999999999999999999"}) {
        EXPECT_THROW(source_date_epoch({{"SOURCE_DATE_EPOCH", wrong}}), Error) << wrong;
    }
}

}  // namespace
}  // namespace kiln
