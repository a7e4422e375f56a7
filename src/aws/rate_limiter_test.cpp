#include "aws/rate_limiter.hpp"

#include <gtest/gtest.h>

namespace kiln::aws {
namespace {

using namespace std::chrono_literals;

constexpr RateLimiter::Time kStart{};

TEST(PoliteRate, IsHalfOfWhatTheServiceAllows) {
    EXPECT_EQ(polite_rate("RunInstances").per_second, 1.0);
    EXPECT_EQ(polite_rate("RunInstances").burst, 2.5);
    EXPECT_EQ(polite_rate("DescribeImages").per_second, 10.0);
    EXPECT_EQ(polite_rate("CopyImage").per_second, 0.5);
    EXPECT_EQ(polite_rate("CreateImage").per_second, 2.5);
}

TEST(RateLimiter, LetsABurstThroughAndThenOneAtATime) {
    RateLimiter limiter;
    EXPECT_EQ(limiter.take("r", "RunInstances", kStart), 0s);
    EXPECT_EQ(limiter.take("r", "RunInstances", kStart), 0s);
    EXPECT_EQ(limiter.take("r", "RunInstances", kStart), 500ms);
    EXPECT_EQ(limiter.take("r", "RunInstances", kStart), 1500ms);
    EXPECT_EQ(limiter.take("other region", "RunInstances", kStart), 0s);
    EXPECT_EQ(limiter.take("r", "StopInstances", kStart), 0s);
    EXPECT_EQ(limiter.take("r", "RunInstances", kStart + 10s), 0s);
}

TEST(RateLimiter, SlowsDownWhenToldAndRecovers) {
    RateLimiter limiter;
    limiter.slow_down("r", "RunInstances", kStart);
    const auto slow = limiter.take("r", "RunInstances", kStart);
    EXPECT_GT(slow, 1400ms);
    EXPECT_LT(slow, 1450ms);
    for (int i = 0; i < 20; ++i) {
        limiter.speed_up("r", "RunInstances");
    }
    EXPECT_EQ(limiter.take("r", "RunInstances", kStart), 2s);
}

}  // namespace
}  // namespace kiln::aws
