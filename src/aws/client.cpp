#include "aws/client.hpp"

#include "aws/sigv4.hpp"
#include "base/error.hpp"

#include <cstdlib>
#include <utility>

namespace kiln::aws {

namespace {

// Services believe a clock that is at most 5 minutes wrong; what is less than this is not the
// cause.
constexpr std::chrono::seconds kTolerableSkew{240};

constexpr int kFirstFailureStatus = 300;

}  // namespace

Client::Client(
    net::HttpTransport& transport,
    sys::Clock& clock,
    std::function<double()> random,
    EndpointSettings endpoints,
    KeySource keys,
    RetryPolicy policy
)
    : transport_(transport),
      clock_(clock),
      random_(std::move(random)),
      endpoints_(std::move(endpoints)),
      keys_(std::move(keys)),
      policy_(policy) {}

CallOutcome Client::attempt(
    const ServiceCall& call, const std::string& region, bool renew, std::stop_token stop
) {
    net::HttpRequest request;
    request.method = call.method;
    request.url = endpoint_url(call.service, region, endpoints_) + call.path_and_query;
    request.headers = call.headers;
    request.body = call.body;
    request.outside_body = call.outside_body;
    request.timeout = call.timeout;
    request.fresh_connection = call.repeat == Repeat::unsafe;
    if (keys_) {
        const SigningScope scope{
            region,
            std::string(facts_of(call.service).signing_name),
            clock_.wall_now() + clock_offset()};
        request = sign(std::move(request), keys_(renew, stop), scope);
    }
    const net::HttpOutcome outcome = transport_.send(request, std::move(stop));
    if (const auto* failure = std::get_if<net::TransportFailure>(&outcome)) {
        return read_service_error(*failure);
    }
    const auto& response = std::get<net::HttpResponse>(outcome);
    if (response.status >= kFirstFailureStatus) {
        return read_service_error(response);
    }
    return response;
}

bool Client::learn_clock_offset(const ServiceError& error) {
    if (!error.service_time) {
        return false;
    }
    const auto offset =
        std::chrono::duration_cast<std::chrono::seconds>(*error.service_time - clock_.wall_now());
    const auto change = offset - clock_offset();
    if (change < kTolerableSkew && change > -kTolerableSkew) {
        return false;
    }
    offset_seconds_ = offset.count();
    return true;
}

void Client::wait(
    std::chrono::nanoseconds duration, const std::stop_token& stop, const ServiceCall& call
) {
    if (duration > std::chrono::nanoseconds::zero() && !clock_.sleep_for(duration, stop)) {
        throw Error(ErrorKind::interrupted, "interrupted while waiting to send " + call.action);
    }
}

CallOutcome Client::send(const ServiceCall& call, const std::string& region, std::stop_token stop) {
    return send_by(policy_, call, region, std::move(stop));
}

CallOutcome Client::send_once(
    const ServiceCall& call, const std::string& region, std::stop_token stop
) {
    return send_by({.attempts = 1, .throttled_attempts = 1}, call, region, std::move(stop));
}

CallOutcome Client::send_by(
    const RetryPolicy& policy,
    const ServiceCall& call,
    const std::string& region,
    std::stop_token stop
) {
    // The rates are those of Amazon's own hosts. Others say it when they have enough.
    const bool limited = is_amazon_endpoint(endpoint_url(call.service, region, endpoints_));
    bool renew = false;
    bool renewed = false;
    for (int number = 1;; ++number) {
        if (limited) {
            wait(limiter_.take(region, call.action, clock_.steady_now()), stop, call);
        }
        CallOutcome outcome = attempt(call, region, renew, stop);
        const auto* error = std::get_if<ServiceError>(&outcome);
        if (error == nullptr) {
            budget_.give_back();
            limiter_.speed_up(region, call.action);
            return outcome;
        }
        const ErrorClass error_class = classify(*error);
        if (error_class == ErrorClass::credentials && keys_ && !renewed) {
            // Once, and with the clock put right where that was the matter.
            renewed = true;
            renew = !learn_clock_offset(*error);
            continue;
        }
        renew = false;
        if (error_class == ErrorClass::throttled) {
            limiter_.slow_down(region, call.action, clock_.steady_now());
        }
        const bool ambiguous = call.repeat == Repeat::unsafe && error->may_have_happened &&
                               error_class != ErrorClass::throttled;
        const auto delay = next_delay(policy, *error, number, random_());
        if (ambiguous || !delay || !budget_.take(*error)) {
            return outcome;
        }
        wait(*delay, stop, call);
    }
}

net::HttpResponse Client::send_or_throw(
    const ServiceCall& call, const std::string& region, std::stop_token stop
) {
    CallOutcome outcome = send(call, region, std::move(stop));
    if (const auto* error = std::get_if<ServiceError>(&outcome)) {
        throw to_error(*error, call.action).add_context("asking " + region);
    }
    return std::get<net::HttpResponse>(std::move(outcome));
}

}  // namespace kiln::aws
