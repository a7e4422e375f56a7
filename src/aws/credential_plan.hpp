#pragma once

#include "aws/credential_source.hpp"
#include "aws/shared_config.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace kiln::aws {

/// A role that a template asks for, on top of whatever keys there are.
struct RoleRequest {
    std::string role_arn;
    std::string session_name;
    std::string external_id;
    std::string policy;
    int duration_seconds = 0;
    std::vector<std::string> policy_arns = {};
    std::map<std::string, std::string> tags = {};
    std::vector<std::string> transitive_tag_keys = {};
};

/// What a template says of keys from Vault.
struct VaultRequest {
    std::string name;
    std::string engine;
    std::string role_arn;
    std::string ttl;
};

/// What decides where keys come from.
struct CredentialRequest {
    std::map<std::string, std::string> environment;
    SharedConfig config;
    std::string named_profile;  ///< by the template or a flag; "" is none
    std::optional<Credentials> template_keys;
    std::optional<VaultRequest> vault;
    Secret mfa_code;                 ///< for a profile's role that has mfa_serial
    std::vector<RoleRequest> roles;  ///< each assumed with the keys of the one before
};

/// The profile that counts: the named one, AWS_PROFILE, or "default".
std::string chosen_profile(const CredentialRequest& request);

/// The places to ask, in order; the first that has keys is used from then on. The order is that of
/// AWS's own tools: environment (unless a profile is named), role, web identity, single sign-on,
/// credentials file, credential_process, config file, container, instance; a template's own keys,
/// or Vault, stand for all of them. Pure. Error{input} for a profile that is named and not there,
/// for roles that lead in a circle or ask for a code that is not given, for half a pair of keys and
/// for a Vault without an address.
std::vector<CredentialSource> plan_credentials(const CredentialRequest& request);

}  // namespace kiln::aws
