#include "aws/credential_cache.hpp"

#include "base/error.hpp"

#include <utility>

namespace kiln::aws {

namespace {

// As botocore has it: from here on new keys would be good, and from here on they are needed.
constexpr std::chrono::minutes kAgeing{15};
constexpr std::chrono::minutes kSpent{10};

}  // namespace

CredentialCache::CredentialCache(sys::Clock& clock, Fetch fetch)
    : clock_(clock), fetch_(std::move(fetch)) {}

CredentialCache::Age CredentialCache::age() const {
    if (!current_) {
        return Age::spent;
    }
    if (!current_->expires_at) {
        return Age::fresh;
    }
    const auto left = *current_->expires_at - clock_.wall_now();
    if (left < kSpent) {
        return Age::spent;
    }
    return left < kAgeing ? Age::ageing : Age::fresh;
}

Credentials CredentialCache::get(bool renew, std::stop_token stop) {
    std::optional<Credentials> before;
    Age age_before = Age::spent;
    {
        const std::lock_guard lock(mutex_);
        before = current_;
        age_before = age();
        if (age_before == Age::fresh && !renew) {
            return *before;
        }
    }
    std::unique_lock fetching(fetch_mutex_, std::defer_lock);
    if (age_before == Age::ageing && !renew) {
        if (!fetching.try_lock()) {
            return *before;  // somebody is at it already
        }
    } else {
        fetching.lock();
    }
    {
        const std::lock_guard lock(mutex_);
        if (current_ != before && age() != Age::spent) {
            return *current_;  // somebody fetched while we waited
        }
    }
    try {
        Credentials fetched = fetch_(std::move(stop));
        const std::lock_guard lock(mutex_);
        current_ = fetched;
        return fetched;
    } catch (const Error& error) {
        if (age_before == Age::ageing && !renew && error.kind() != ErrorKind::interrupted) {
            return *before;  // they hold for some minutes yet, and the next caller tries again
        }
        throw;
    }
}

}  // namespace kiln::aws
