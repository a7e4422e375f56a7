#include "aws/retry.hpp"

#include <gtest/gtest.h>

namespace kiln::aws {
namespace {

using namespace std::chrono_literals;

ServiceError error_of(const char* code, int status) {
    ServiceError error;
    error.code = code;
    error.status = status;
    return error;
}

struct DelayCase {
    const char* name;
    ServiceError error;
    int attempt;
    std::optional<std::chrono::milliseconds> longest;
};

TEST(NextDelay, GrowsWithEachAttemptAndEnds) {
    const DelayCase cases[] = {
        {"first failure on the way", error_of("InternalError", 500), 1, 100ms},
        {"second", error_of("InternalError", 500), 2, 200ms},
        {"fourth", error_of("", 0), 4, 800ms},
        {"the fifth was the last", error_of("", 0), 5, std::nullopt},
        {"throttled", error_of("RequestLimitExceeded", 503), 1, 1000ms},
        {"throttled for long", error_of("RequestLimitExceeded", 503), 11, 20000ms},
        {"throttled for too long", error_of("RequestLimitExceeded", 503), 12, std::nullopt},
        {"nothing to be mended", error_of("UnauthorizedOperation", 403), 1, std::nullopt},
        {"keys", error_of("ExpiredToken", 403), 1, std::nullopt}};
    for (const DelayCase& c : cases) {
        SCOPED_TRACE(c.name);
        EXPECT_EQ(next_delay({}, c.error, c.attempt, 1.0), c.longest);
        if (c.longest) {
            EXPECT_EQ(next_delay({}, c.error, c.attempt, 0.0), 0ms);
            EXPECT_EQ(next_delay({}, c.error, c.attempt, 0.5), *c.longest / 2);
        }
    }
}

TEST(NextDelay, WaitsAsLongAsTheServiceAsksFor) {
    ServiceError error = error_of("SlowDown", 503);
    error.retry_after = 5s;
    EXPECT_EQ(next_delay({}, error, 1, 0.0), 5s);
}

TEST(RetryBudget, IsUsedUpAndFilledAgain) {
    RetryBudget budget(10);
    const ServiceError error = error_of("InternalError", 500);
    EXPECT_TRUE(budget.take(error));
    EXPECT_TRUE(budget.take(error));
    EXPECT_FALSE(budget.take(error));
    for (int i = 0; i < 5; ++i) {
        budget.give_back();
    }
    ServiceError timeout = error;
    timeout.timed_out = true;
    EXPECT_FALSE(budget.take(timeout)) << "a timeout costs more";
    EXPECT_TRUE(budget.take(error));
}

}  // namespace
}  // namespace kiln::aws
