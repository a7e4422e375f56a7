#pragma once

#include "aws/service_error.hpp"
#include "publish/request_window.hpp"
#include "sys/clock.hpp"

#include <functional>
#include <optional>
#include <stop_token>
#include <string>

namespace kiln::publish {

/// One request for a block: nothing when it went well.
using BlockAttempt = std::function<std::optional<aws::ServiceError>()>;

/// Repeats requests that may be repeated, as long as that is sensible.
class Patience {
public:
    Patience(sys::Clock& clock, RequestWindow& window, std::stop_token stop)
        : clock_(clock), window_(window), began_(clock.steady_now()), stop_(std::move(stop)) {}

    /// Ten times on trouble on the way; ten minutes long where there are too many requests; and
    /// for two minutes after the first of all where the snapshot is not known everywhere yet.
    /// Throws Error for what else there is, at once.
    void send(const std::string& action, const BlockAttempt& attempt) const;

private:
    sys::Clock& clock_;
    RequestWindow& window_;
    std::chrono::steady_clock::time_point began_;
    std::stop_token stop_;
};

}  // namespace kiln::publish
