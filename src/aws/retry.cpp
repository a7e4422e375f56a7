#include "aws/retry.hpp"

#include <algorithm>

namespace kiln::aws {

namespace {

std::chrono::milliseconds bound(
    std::chrono::milliseconds base, int attempt, std::chrono::milliseconds longest
) {
    constexpr int kDoublings = 16;  // far past `longest`, and far from overflow
    return std::min(longest, base * (1 << std::min(attempt - 1, kDoublings)));
}

}  // namespace

std::optional<std::chrono::milliseconds> next_delay(
    const RetryPolicy& policy, const ServiceError& error, int attempt, double random
) {
    const ErrorClass error_class = classify(error);
    if (error_class == ErrorClass::terminal || error_class == ErrorClass::credentials) {
        return std::nullopt;
    }
    const bool throttled = error_class == ErrorClass::throttled;
    if (attempt >= (throttled ? policy.throttled_attempts : policy.attempts)) {
        return std::nullopt;
    }
    const auto longest =
        bound(throttled ? policy.throttled_base : policy.transient_base, attempt, policy.longest);
    const auto wait = std::chrono::milliseconds(
        static_cast<std::int64_t>(random * static_cast<double>(longest.count()))
    );
    return std::max(wait, error.retry_after.value_or(std::chrono::milliseconds::zero()));
}

bool RetryBudget::take(const ServiceError& error) {
    const int cost = error.timed_out ? kTimeoutCost : kCost;
    const std::lock_guard lock(mutex_);
    if (tokens_ < cost) {
        return false;
    }
    tokens_ -= cost;
    return true;
}

void RetryBudget::give_back() {
    const std::lock_guard lock(mutex_);
    tokens_ = std::min(tokens_ + 1, kTokens);
}

}  // namespace kiln::aws
