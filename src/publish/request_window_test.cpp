#include "publish/request_window.hpp"

#include <gtest/gtest.h>
#include <thread>

namespace kiln::publish {
namespace {

using namespace std::chrono_literals;

constexpr RequestWindow::Time kBegan{1s};

/// Rounds of answers where `in_flight` requests take `latency` each, at most `ceiling` a second.
int size_after_rounds(
    RequestWindow& window, int rounds, std::chrono::nanoseconds latency, double ceiling
) {
    RequestWindow::Time now = kBegan;
    for (int round = 0; round < rounds; ++round) {
        const int size = window.size();
        const std::chrono::duration<double> paced(1 / ceiling);
        const auto each = std::max<std::chrono::nanoseconds>(
            latency / size, std::chrono::duration_cast<std::chrono::nanoseconds>(paced)
        );
        for (int i = 0; i < 2 * size; ++i) {
            now += each;
            window.went_well(now);
        }
    }
    return window.size();
}

TEST(RequestWindow, GrowsWhereEachRequestTakesLong) {
    RequestWindow window(128, kBegan);
    EXPECT_EQ(window.size(), 8);
    EXPECT_EQ(size_after_rounds(window, 6, 100ms, 1e9), 128);
}

TEST(RequestWindow, GrowsWhereAllAnswersComeTogether) {
    RequestWindow window(128, kBegan);
    for (int wave = 1; wave <= 10; ++wave) {
        const int in_flight = window.size();
        for (int i = 0; i < in_flight; ++i) {
            window.went_well(kBegan + wave * 100ms);
        }
    }
    EXPECT_EQ(window.size(), 128);
}

TEST(RequestWindow, StaysWhereMoreInFlightBringsNoMore) {
    RequestWindow window(128, kBegan);
    // A slow line: forty a second, however many wait. The first doubling is a try.
    EXPECT_EQ(size_after_rounds(window, 10, 1ms, 40), 16);
}

TEST(RequestWindow, HalvesOnceForAllThatWereInFlight) {
    RequestWindow window(8, kBegan);
    const RequestWindow::Time now{10s};
    window.is_too_wide(now);
    window.is_too_wide(now + 100ms);
    EXPECT_EQ(window.size(), 4);
    window.is_too_wide(now + 1s);
    EXPECT_EQ(window.size(), 2);
    for (int i = 2; i < 9; ++i) {
        window.is_too_wide(now + i * 1s);
    }
    EXPECT_EQ(window.size(), 1);
}

TEST(RequestWindow, LetsNobodyWaitForEver) {
    RequestWindow window(1, kBegan);
    const std::stop_source stop;
    EXPECT_TRUE(window.wait_for_turn(0, stop.get_token()));
    bool got_turn = true;
    std::jthread waiting([&] { got_turn = window.wait_for_turn(1, stop.get_token()); });
    window.close();
    waiting.join();
    EXPECT_FALSE(got_turn);
    EXPECT_FALSE(window.wait_for_turn(0, stop.get_token()));
}

}  // namespace
}  // namespace kiln::publish
