#include "execute/aws/prices.hpp"

#include <gmock/gmock.h>

namespace kiln::exec {
namespace {

TEST(Prices, OfTheTableGrowWithTheSize) {
    EXPECT_DOUBLE_EQ(built_in_instance_hour("m5.large").value_or(0), 0.096);
    EXPECT_DOUBLE_EQ(built_in_instance_hour("m5.24xlarge").value_or(0), 4.608);
    EXPECT_DOUBLE_EQ(built_in_instance_hour("t3.micro").value_or(0), 0.0104);
    EXPECT_NEAR(built_in_instance_hour("c6in.32xlarge").value_or(0), 7.2576, 1e-9);
}

TEST(Prices, OfTheTableAreUnknownForWhatItHasNot) {
    for (const char* type : {"m5.metal", "z9.large", "m5", "m5.", "m5.twoxlarge", "m5.2xlargest"}) {
        EXPECT_EQ(built_in_instance_hour(type), std::nullopt) << type;
    }
}

}  // namespace
}  // namespace kiln::exec
