#pragma once

#include "aws/client.hpp"

#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

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

struct NamedParameter {
    std::string name;
    std::string value;

    bool operator==(const NamedParameter&) const = default;
};
/// The account's own in a region, those that are encrypted apart. (GetParametersByPath.)
std::vector<NamedParameter> list_parameters(
    Client& client, const std::string& region, std::stop_token stop
);

}  // namespace kiln::aws
