#include "sys/clock.hpp"

#include "sys/testing/fake_clock.hpp"

#include <gtest/gtest.h>
#include <thread>

namespace kiln::sys {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(RealClock, SleepsAtLeastSoLong) {
    RealClock clock;
    const auto before = clock.steady_now();
    EXPECT_TRUE(clock.sleep_for(milliseconds(5), {}));
    EXPECT_GE(clock.steady_now() - before, milliseconds(5));
}

TEST(RealClock, AStopWakesASleeper) {
    RealClock clock;
    std::stop_source stop;
    std::jthread stopper([&] { stop.request_stop(); });
    EXPECT_FALSE(clock.sleep_for(hours(24), stop.get_token()));
    EXPECT_FALSE(clock.sleep_for(hours(24), stop.get_token()));
}

TEST(FakeClock, MovesWhenOneSleeps) {
    FakeClock clock;
    const auto steady = clock.steady_now();
    const auto wall = clock.wall_now();
    EXPECT_TRUE(clock.sleep_for(hours(24), {}));
    clock.advance(seconds(1));
    EXPECT_EQ(clock.steady_now() - steady, hours(24) + seconds(1));
    EXPECT_EQ(clock.wall_now() - wall, hours(24) + seconds(1));
    std::stop_source stop;
    stop.request_stop();
    EXPECT_FALSE(clock.sleep_for(hours(1), stop.get_token()));
    EXPECT_EQ(clock.elapsed(), hours(24) + seconds(1));
}

}  // namespace
}  // namespace kiln::sys
