#pragma once

#include "aws/credentials.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace kiln::aws {

/// The answer of STS to AssumeRole and AssumeRoleWithWebIdentity (XML). Error{network} for another.
Credentials read_sts_answer(const std::string& xml);

/// The answer of the container endpoint and of the instance metadata: an object with AccessKeyId,
/// SecretAccessKey, Token and Expiration. Error{network}, with the message it carries, for another.
Credentials read_metadata_answer(const std::string& json);

/// What a credential_process prints: Version 1, AccessKeyId, SecretAccessKey, and perhaps
/// SessionToken and Expiration. Error{command} for another.
Credentials read_process_answer(const std::string& json);

/// The answer of Vault's AWS engine at `now`, when its lease begins; keys without a token are those
/// of a new user. Error{network} for another.
Credentials read_vault_answer(const std::string& json, std::chrono::system_clock::time_point now);

/// The answer of the single sign-on portal, whose expiration counts milliseconds.
Credentials read_sso_answer(const std::string& json);

/// The token file that `aws sso login` writes: the token, and when it ends.
struct SsoToken {
    Secret access_token;
    std::optional<std::chrono::system_clock::time_point> expires_at;
};
SsoToken read_sso_token(const std::string& json);

/// RFC 3339 as AWS writes it: "2026-01-02T03:04:05Z", with or without fractions or an offset.
std::optional<std::chrono::system_clock::time_point> read_aws_time(std::string_view text);

}  // namespace kiln::aws
