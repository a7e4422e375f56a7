#pragma once

#include "aws/client.hpp"

#include <map>
#include <optional>
#include <stop_token>
#include <string>

namespace kiln::aws {

/// Which version of which secret.
struct SecretQuery {
    std::string name;           ///< or its ARN
    std::string version_id;     ///< "": the one of the stage
    std::string version_stage;  ///< "AWSCURRENT"; "": that of the version
};

struct StoredSecret {
    std::string text;    ///< SecretString; "" for a secret of bytes
    std::string binary;  ///< SecretBinary, decoded
    std::string version_id;

    bool operator==(const StoredSecret&) const = default;
};

/// Asks the Secrets Manager's GetSecretValue. Error{network} as the service words it,
/// "ResourceNotFoundException" for what it does not know.
StoredSecret get_secret_value(
    Client& client, const std::string& region, const SecretQuery& query, std::stop_token stop
);

/// The members of a secret that is a JSON object: texts as they are, anything else as JSON. Nothing
/// when it is no object.
std::optional<std::map<std::string, std::string>> secret_members(const std::string& text);

}  // namespace kiln::aws
