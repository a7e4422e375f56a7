#pragma once

#include "aws/service.hpp"
#include "net/http.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kiln::aws {

/// Name and value, in the order in which they are sent: {"ImageId.1", "ami-..."}.
using Parameters = std::vector<std::pair<std::string, std::string>>;

/// Whether a call whose answer got lost may simply be sent again.
enum class Repeat {
    safe,  ///< it reads, or it names what it makes by a client token, or it ends in the same state
    unsafe,  ///< it would make a second thing: look first whether the first one is there
};

/// One request to a service, without host, date and signature.
struct ServiceCall {
    Service service = Service::ec2;
    std::string action;  ///< "RunInstances"
    std::string method = "POST";
    std::string path_and_query = "/";
    net::Headers headers;
    std::string body;
    /// Sent in the place of `body`, and read meanwhile: blocks of a snapshot are many and large. It
    /// must stay until the call is over, and x-amz-Content-Sha256 be among the headers.
    const net::BodySource* outside_body = nullptr;
    Repeat repeat = Repeat::safe;
    std::chrono::milliseconds timeout{60'000};  ///< of each attempt

    bool operator==(const ServiceCall&) const = default;
};

/// A form as EC2 and STS read it.
ServiceCall query_call(
    Service service, const std::string& action, const Parameters& parameters, Repeat repeat
);

/// JSON 1.1 as SSM, Pricing and Secrets Manager read it.
ServiceCall json_call(Service service, const std::string& action, std::string body);

}  // namespace kiln::aws
