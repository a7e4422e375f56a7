#pragma once

#include "base/error.hpp"
#include "net/http.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace kiln::aws {

/// How a call failed. A value: what it means is for the caller to say, who knows whether the thing
/// was its own fresh one, and whether "not found" is good news.
struct ServiceError {
    /// "InvalidAMIID.NotFound"; "" when no service answered (`transport` says what happened).
    std::string code;
    std::string message;
    std::string reason;  ///< "RESOURCE_LEVEL_THROTTLE": of the EBS direct APIs; "" from others
    std::string request_id;
    int status = 0;  ///< of HTTP; 0 when there was no answer
    std::optional<std::chrono::milliseconds> retry_after;
    /// What the far end's clock said.
    std::optional<std::chrono::system_clock::time_point> service_time;
    /// There was no answer, or one of a server in trouble: the call may have had its effect.
    bool may_have_happened = false;
    bool timed_out = false;

    bool operator==(const ServiceError&) const = default;
};

/// Reads an answer that is not a success: XML of EC2 and STS, JSON of the others, or neither.
ServiceError read_service_error(const net::HttpResponse& response);
ServiceError read_service_error(const net::TransportFailure& failure);

/// What to do about an error, apart from what its caller knows.
enum class ErrorClass {
    throttled,    ///< too many requests: wait, and ask less often
    transient,    ///< trouble on the way or at the far end: ask again soon
    credentials,  ///< the keys are not believed: fetch new ones, look at the clock, once
    terminal,     ///< asking again changes nothing
};
/// By code first, then by status. (AWS General Reference, "Common errors"; EC2 API Reference,
/// "Error codes"; the retry tables of botocore.)
ErrorClass classify(const ServiceError& error);

/// "RunInstances: VcpuLimitExceeded: You have requested more ... (request 1b2c...)".
Error to_error(const ServiceError& error, const std::string& action);

}  // namespace kiln::aws
