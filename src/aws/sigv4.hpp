#pragma once

#include "aws/credentials.hpp"
#include "net/http.hpp"

#include <chrono>
#include <string>

namespace kiln::aws {

/// Where and when a signature holds.
struct SigningScope {
    std::string region;
    std::string service;  ///< the name in the signature: "ec2", "ebs", "ssm", "sts"
    std::chrono::system_clock::time_point time;
};

/// `request` with the headers X-Amz-Date, Authorization and, for temporary credentials,
/// X-Amz-Security-Token. Signed are host, content-type and every x-amz-* header; the rest is left
/// to proxies. The query must be percent-encoded once, in any order. A header
/// "X-Amz-Content-Sha256: UNSIGNED-PAYLOAD" leaves the body out, for calls that allow it.
/// Pure: sign anew on every attempt. (AWS General Reference, "Create a signed AWS API request".)
net::HttpRequest sign(
    net::HttpRequest request, const Credentials& credentials, const SigningScope& scope
);

}  // namespace kiln::aws
