#pragma once

#include "aws/service_error.hpp"

#include <chrono>
#include <mutex>
#include <optional>

namespace kiln::aws {

/// How often and after which waits a call is repeated.
struct RetryPolicy {
    int attempts = 5;             ///< of calls that fail on the way
    int throttled_attempts = 12;  ///< of calls that are told to come later; minutes all in all
    std::chrono::milliseconds transient_base{100};
    std::chrono::milliseconds throttled_base{1000};
    std::chrono::milliseconds longest{20'000};
};

/// How long to wait before the next attempt, or nothing when there shall be none. `attempt` counts
/// from 1, the one that failed; `random` in [0, 1) spreads the callers ("full jitter": anything
/// between zero and an exponentially growing bound). Pure.
std::optional<std::chrono::milliseconds> next_delay(
    const RetryPolicy& policy, const ServiceError& error, int attempt, double random
);

/// Stops one outage from multiplying the traffic of many builds: each repeated call takes from the
/// budget of the process, each success gives back. The numbers are botocore's.
class RetryBudget {
public:
    explicit RetryBudget(int tokens = kTokens) : tokens_(tokens) {}

    /// False when it is used up.
    bool take(const ServiceError& error);
    void give_back();

private:
    static constexpr int kTokens = 500;
    static constexpr int kCost = 5;
    static constexpr int kTimeoutCost = 10;

    std::mutex mutex_;
    int tokens_;
};

}  // namespace kiln::aws
