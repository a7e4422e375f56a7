#pragma once

#include "aws/client.hpp"

#include <cstdint>
#include <stop_token>
#include <string>

namespace kiln::aws {

/// A parameter of the Systems Manager.
struct StoredParameter {
    std::string value;
    std::int64_t version = 0;
    std::string arn;

    bool operator==(const StoredParameter&) const = default;
};

/// Asks SSM's GetParameter. `name` may carry ":VERSION" or ":LABEL". Error{network} as the service
/// words it, "ParameterNotFound" for a name that it does not know.
StoredParameter get_parameter(
    Client& client,
    const std::string& region,
    const std::string& name,
    bool with_decryption,
    std::stop_token stop
);

}  // namespace kiln::aws
