#pragma once

#include "aws/client.hpp"

#include <stop_token>
#include <string>

namespace kiln::aws {

/// Whose keys a client signs with, as STS says.
struct CallerIdentity {
    std::string account;  ///< "123456789012"
    std::string arn;

    bool operator==(const CallerIdentity&) const = default;
};

/// Needs no permission. (STS API Reference, GetCallerIdentity.)
CallerIdentity caller_identity(Client& client, const std::string& region, std::stop_token stop);

}  // namespace kiln::aws
