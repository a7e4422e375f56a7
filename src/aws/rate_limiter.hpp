#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <string>

namespace kiln::aws {

/// Requests that may be sent at once, and how many more each second.
struct Rate {
    double burst = 0;
    double per_second = 0;
};

/// Half of what the service lets through for `action`, since other tools of the account share its
/// buckets; of a snapshot's blocks all. (EC2 Developer Guide, "Request throttling".)
Rate polite_rate(const std::string& action);

/// A token bucket for each region and action. Tells how long to wait; the waiting is the caller's.
class RateLimiter {
public:
    using Time = std::chrono::steady_clock::time_point;

    /// Takes a token of the bucket and returns how long the caller has to wait before it sends.
    std::chrono::nanoseconds take(const std::string& region, const std::string& action, Time now);
    /// The service said "too many": the bucket fills at 0.7 of its speed from now on.
    void slow_down(const std::string& region, const std::string& action, Time now);
    /// A call went through: the speed returns to its own, a twentieth with each.
    void speed_up(const std::string& region, const std::string& action);

private:
    struct Bucket {
        Rate rate;
        double speed = 0;   ///< tokens a second, at most the rate's
        double tokens = 0;  ///< negative when callers are waiting for theirs
        Time filled_at;
    };
    Bucket& bucket(const std::string& region, const std::string& action, Time now);

    std::mutex mutex_;
    std::map<std::pair<std::string, std::string>, Bucket> buckets_;
};

}  // namespace kiln::aws
