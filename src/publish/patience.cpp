#include "publish/patience.hpp"

#include "base/error.hpp"

#include <algorithm>
#include <random>

namespace kiln::publish {

namespace {

constexpr int kAttempts = 10;
constexpr std::chrono::minutes kThrottledFor{10};
// StartSnapshot's answer comes before the snapshot is known everywhere: up to a minute was seen.
constexpr std::chrono::minutes kUnknownFor{2};
constexpr std::chrono::milliseconds kFirstPause{100};
constexpr std::chrono::milliseconds kLongestPause{10'000};

std::chrono::nanoseconds pause_after(int attempt, const aws::ServiceError& error) {
    thread_local std::mt19937_64 engine{std::random_device{}()};
    const auto bound = std::min(kLongestPause, kFirstPause * (1 << std::min(attempt, 10)));
    const double share = std::uniform_real_distribution<double>(0.3, 1)(engine);
    return std::max<std::chrono::nanoseconds>(
        std::chrono::duration_cast<std::chrono::nanoseconds>(bound * share),
        error.retry_after.value_or(std::chrono::milliseconds(0))
    );
}

}  // namespace

void Patience::send(const std::string& action, const BlockAttempt& attempt) const {
    const auto first = clock_.steady_now();
    for (int number = 1, troubles = 0;; ++number) {
        const std::optional<aws::ServiceError> error = attempt();
        const auto now = clock_.steady_now();
        if (!error) {
            window_.went_well(now);
            return;
        }
        bool goes_on = false;
        if (error->code == "ResourceNotFoundException") {
            goes_on = now - began_ < kUnknownFor;
        } else {
            switch (aws::classify(*error)) {
                case aws::ErrorClass::throttled:
                    window_.is_too_wide(now);
                    goes_on = now - first < kThrottledFor;
                    break;
                case aws::ErrorClass::transient:
                    if (error->timed_out) {
                        window_.is_too_wide(now);
                    }
                    goes_on = ++troubles < kAttempts;
                    break;
                case aws::ErrorClass::credentials:
                case aws::ErrorClass::terminal:
                    break;
            }
        }
        if (!goes_on) {
            throw aws::to_error(*error, action);
        }
        if (!clock_.sleep_for(pause_after(number, *error), stop_)) {
            throw Error(ErrorKind::interrupted, "interrupted while waiting to send " + action);
        }
    }
}

}  // namespace kiln::publish
