#pragma once

#include "aws/credential_source.hpp"
#include "net/http.hpp"
#include "sys/clock.hpp"

#include <stop_token>
#include <string>

namespace kiln::aws {

/// Has Vault's AWS secrets engine make keys, which end with Vault's lease
/// (https://developer.hashicorp.com/vault/api-docs/secret/aws#generate-credentials).
/// Error{network}, {permission} or {not_found}, with Vault's own words, when it refuses.
Credentials ask_vault(
    const VaultKeys& keys,
    const std::string& token,
    net::HttpTransport& transport,
    sys::Clock& clock,
    std::stop_token stop
);

}  // namespace kiln::aws
