#pragma once

#include "aws/credentials.hpp"
#include "aws/endpoint.hpp"
#include "aws/rate_limiter.hpp"
#include "aws/retry.hpp"
#include "aws/service_call.hpp"
#include "sys/clock.hpp"

#include <atomic>
#include <functional>
#include <stop_token>
#include <variant>

namespace kiln::aws {

using CallOutcome = std::variant<net::HttpResponse, ServiceError>;

/// Where a client gets its keys. `renew` asks for new ones, since the last were not believed.
/// Nothing for calls that carry no signature.
using KeySource = std::function<Credentials(bool renew, std::stop_token stop)>;

/// Sends calls: signs each attempt anew, waits politely, repeats what repeating can mend, and
/// measures the error of this machine's clock when a service complains of it. Shared by all builds
/// of a process; safe to use from several threads.
class Client {
public:
    /// `random` gives numbers in [0, 1) and must be safe to call from several threads.
    Client(
        net::HttpTransport& transport,
        sys::Clock& clock,
        std::function<double()> random,
        EndpointSettings endpoints,
        KeySource keys,
        RetryPolicy policy = {}
    );

    /// A success (2xx), or the error of the last attempt. An unsafe call whose answer got lost is
    /// never repeated: its error says may_have_happened. Throws Error{interrupted} on a stop.
    CallOutcome send(const ServiceCall& call, const std::string& region, std::stop_token stop);

    /// The same without repeating it, but for new keys: for whoever has a patience of its own.
    CallOutcome send_once(const ServiceCall& call, const std::string& region, std::stop_token stop);

    /// As send(), where every error is one: Error with the action's name.
    net::HttpResponse send_or_throw(
        const ServiceCall& call, const std::string& region, std::stop_token stop
    );

    /// How far the services' clock is ahead of this machine's; zero until one complained.
    std::chrono::seconds clock_offset() const { return std::chrono::seconds(offset_seconds_); }

private:
    CallOutcome send_by(
        const RetryPolicy& policy,
        const ServiceCall& call,
        const std::string& region,
        std::stop_token stop
    );
    CallOutcome attempt(
        const ServiceCall& call, const std::string& region, bool renew, std::stop_token stop
    );
    bool learn_clock_offset(const ServiceError& error);
    void wait(std::chrono::nanoseconds duration, const std::stop_token& stop, const ServiceCall&);

    net::HttpTransport& transport_;
    sys::Clock& clock_;
    std::function<double()> random_;
    EndpointSettings endpoints_;
    KeySource keys_;
    RetryPolicy policy_;
    RetryBudget budget_;
    RateLimiter limiter_;
    std::atomic<std::int64_t> offset_seconds_ = 0;
};

}  // namespace kiln::aws
