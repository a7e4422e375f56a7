#include "aws/rate_limiter.hpp"

#include <algorithm>
#include <string_view>

namespace kiln::aws {

namespace {

struct Row {
    std::string_view action;  ///< a whole name, or the beginning of several
    Rate of_service;
    double share = 0.5;  ///< that kiln takes; other tools of the account live on the rest
};
// The first row that fits. The services' numbers, whole.
constexpr Row kRows[] = {
    // EBS direct (Amazon EBS User Guide, "Service endpoints and quotas"). Blocks may come as fast
    // as
    // one snapshot takes them: the account's own quota can be raised, and says when it is reached.
    {"PutSnapshotBlock", {1000, 1000}, 1.0},
    {"GetSnapshotBlock", {1000, 1000}, 1.0},
    {"ListSnapshotBlocks", {50, 50}},
    {"ListChangedBlocks", {50, 50}},
    {"StartSnapshot", {10, 10}},
    {"CompleteSnapshot", {10, 10}},
    {"RunInstances", {5, 2}},
    {"StartInstances", {5, 2}},
    {"CopyImage", {100, 1}},
    {"CreateTags", {100, 10}},
    {"DeleteTags", {100, 10}},
    {"TerminateInstances", {100, 5}},
    {"DeregisterImage", {100, 5}},
    {"ModifyImageAttribute", {100, 5}},
    {"ModifySnapshotAttribute", {100, 5}},
    {"CreateSnapshot", {100, 5}},
    {"DeleteSnapshot", {100, 5}},
    {"CreateVolume", {100, 5}},
    {"DeleteVolume", {100, 5}},
    {"Describe", {100, 20}},
    {"List", {100, 20}},
    {"Get", {100, 20}},
    {"", {50, 5}}};

constexpr double kSlower = 0.7;
constexpr double kRegained = 0.05;
constexpr double kSlowest = 0.1;  // tokens a second: one request in ten

}  // namespace

Rate polite_rate(const std::string& action) {
    const auto* row = std::find_if(std::begin(kRows), std::end(kRows), [&action](const Row& one) {
        return action.starts_with(one.action);
    });
    return {
        std::max(1.0, row->of_service.burst * row->share), row->of_service.per_second * row->share};
}

RateLimiter::Bucket& RateLimiter::bucket(
    const std::string& region, const std::string& action, Time now
) {
    const auto [place, made] = buckets_.try_emplace({region, action});
    Bucket& found = place->second;
    if (made) {
        found.rate = polite_rate(action);
        found.speed = found.rate.per_second;
        found.tokens = found.rate.burst;
        found.filled_at = now;
    }
    return found;
}

std::chrono::nanoseconds RateLimiter::take(
    const std::string& region, const std::string& action, Time now
) {
    const std::lock_guard lock(mutex_);
    Bucket& of = bucket(region, action, now);
    const std::chrono::duration<double> passed = now - of.filled_at;
    of.tokens = std::min(of.rate.burst, of.tokens + passed.count() * of.speed);
    of.filled_at = now;
    of.tokens -= 1;
    if (of.tokens >= 0) {
        return std::chrono::nanoseconds::zero();
    }
    return std::chrono::duration_cast<std::chrono::nanoseconds>(
        std::chrono::duration<double>(-of.tokens / of.speed)
    );
}

void RateLimiter::slow_down(const std::string& region, const std::string& action, Time now) {
    const std::lock_guard lock(mutex_);
    Bucket& of = bucket(region, action, now);
    of.speed = std::max(kSlowest, of.speed * kSlower);
    of.tokens = std::min(of.tokens, 0.0);
}

void RateLimiter::speed_up(const std::string& region, const std::string& action) {
    const std::lock_guard lock(mutex_);
    const auto found = buckets_.find({region, action});
    if (found != buckets_.end()) {
        Bucket& of = found->second;
        of.speed = std::min(of.rate.per_second, of.speed + of.rate.per_second * kRegained);
    }
}

}  // namespace kiln::aws
